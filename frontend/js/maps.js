// Fetches the code of the map of who decides only where a map is.

const source = document.currentScript?.dataset.mapCode;

if (source && document.querySelector('figure[data-map]')) {
  const script = document.createElement('script');
  script.src = source;
  document.head.append(script);
}
