// A board whose spots can be moved by pointer or by arrow keys; where a spot is let go, its form opens at the
// side with the new place filled in. Nothing is kept before the reason is given. Without a script the spots are links.

const STEP = 0.02;
const NEAR = 4; // pixels: less is a press

const moving = (event) => event.target.closest?.('svg[data-board] [data-spot]');

function geometry(svg) {
  const { width, height } = svg.viewBox.baseVal;
  const edge = Number(svg.dataset.edge);
  return { edge, across: width - 2 * edge, down: height - 2 * edge, height };
}

const within = (value) => Math.min(1, Math.max(0, value));

function placed(spot) {
  const { edge, across, down, height } = geometry(spot.ownerSVGElement);
  const circle = spot.querySelector('circle');
  return { x: (Number(circle.getAttribute('cx')) - edge) / across, y: (height - edge - Number(circle.getAttribute('cy'))) / down };
}

function move(spot, { x, y }) {
  const { edge, across, down, height } = geometry(spot.ownerSVGElement);
  const at = { x: edge + within(x) * across, y: height - edge - within(y) * down };
  const circle = spot.querySelector('circle');
  circle.setAttribute('cx', at.x);
  circle.setAttribute('cy', at.y);
  spot.querySelector('text')?.setAttribute('x', at.x);
  spot.querySelector('text')?.setAttribute('y', at.y);
  const url = new URL(spot.href.baseVal, location.href);
  url.searchParams.set('x', within(x).toFixed(3));
  url.searchParams.set('y', within(y).toFixed(3));
  spot.setAttribute('href', url.pathname + url.search);
}

let held = null;

document.addEventListener('pointerdown', (event) => {
  const spot = moving(event);
  if (!spot || event.button) return;
  held = { spot, from: { x: event.clientX, y: event.clientY }, start: placed(spot), dragged: false };
});
document.addEventListener('pointermove', (event) => {
  if (!held) return;
  const across = event.clientX - held.from.x;
  const down = event.clientY - held.from.y;
  if (!held.dragged && Math.hypot(across, down) < NEAR) return;
  held.dragged = true;
  const svg = held.spot.ownerSVGElement;
  const scale = svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
  const shape = geometry(svg);
  move(held.spot, { x: held.start.x + (across * scale) / shape.across, y: held.start.y - (down * scale) / shape.down });
});
document.addEventListener('pointerup', () => {
  if (held?.dragged) held.spot.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  held = null;
});
document.addEventListener('dragstart', (event) => {
  if (moving(event)) event.preventDefault();
});
document.addEventListener('keydown', (event) => {
  const spot = moving(event);
  const way = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
  if (!spot || !way) return;
  event.preventDefault();
  const { x, y } = placed(spot);
  move(spot, { x: x + way[0], y: y + way[1] });
});
