// A row of tabs that is longer than its place: the current one is in sight, a faded edge says that there are more.

function fade(row) {
  row.classList.toggle('has-before', row.scrollLeft > 1);
  row.classList.toggle('has-after', row.scrollLeft + row.clientWidth < row.scrollWidth - 1);
}

const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => fade(target)));

function show(row) {
  const current = row.querySelector('[aria-current]')?.getBoundingClientRect();
  const own = row.getBoundingClientRect();
  if (current && (current.left < own.left || current.right > own.right)) {
    row.scrollLeft += current.left - own.left - (own.width - current.width) / 2;
  }
}

for (const row of document.querySelectorAll('.k-tabs')) {
  show(row);
  row.addEventListener('scroll', () => fade(row), { passive: true });
  sizes.observe(row);
}
