// Fetches the drawing code only where a picture is.

const source = document.currentScript?.dataset.charts;
let asked = false;

function look() {
  if (asked || !source || !document.querySelector('[data-chart]')) return;
  asked = true;
  const script = document.createElement('script');
  script.src = source;
  document.head.append(script);
}

look();
document.addEventListener('htmx:after:swap', look);
