// A table that fits keeps its head in sight; one that does not scrolls sideways and keeps its first column.

function fit(frame) {
  frame.classList.remove('is-wide');
  frame.classList.toggle('is-wide', frame.scrollWidth > frame.clientWidth + 1);
}

const seen = new WeakSet();
const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => fit(target.closest('[data-table]') ?? target)));

function adopt(within) {
  for (const frame of within.querySelectorAll('[data-table]')) {
    if (seen.has(frame)) continue;
    seen.add(frame);
    sizes.observe(frame);
    frame.addEventListener('scroll', () => frame.classList.toggle('is-scrolled', frame.scrollLeft > 0), { passive: true });
  }
}

adopt(document);
document.addEventListener('htmx:after:swap', () => adopt(document));
