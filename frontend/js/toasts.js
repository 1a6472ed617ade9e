// Toasts: rendered with the page, or sent with a part in the HX-Trigger header (event `toasts`).

const STAY_MS = 7000;
const STAY_WITH_UNDO_MS = 15000;
const ICONS = { good: 'circle-check', warn: 'alert-triangle', bad: 'alert-octagon', info: 'info-circle' };

const list = () => document.getElementById('toasts');

function leave(toast) {
  if (toast.contains(document.activeElement)) document.getElementById('main')?.focus({ preventScroll: true });
  toast.classList.add('is-leaving');
  setTimeout(() => toast.remove(), 220);
}

function watch(toast) {
  const stay = toast.querySelector('.k-undo') ? STAY_WITH_UNDO_MS : STAY_MS;
  // Refusals stay until they are read.
  if (toast.classList.contains('k-toast-bad')) return;
  let timer = setTimeout(() => leave(toast), stay);
  for (const pause of ['pointerenter', 'focusin']) toast.addEventListener(pause, () => clearTimeout(timer));
  for (const go of ['pointerleave', 'focusout']) {
    toast.addEventListener(go, () => { clearTimeout(timer); timer = setTimeout(() => leave(toast), stay / 2); });
  }
}

/** say({text, level: good|warn|bad|info, undo_url}) */
export function say({ text, level = 'info', undo_url: undoUrl = '' }) {
  const shape = document.getElementById('toast-shape');
  if (!shape || !list()) return;
  const toast = shape.content.firstElementChild.cloneNode(true);
  toast.className = `k-toast k-toast-${level}`;
  toast.querySelector('p').textContent = text;
  const use = toast.querySelector('use');
  use.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#${ICONS[level] ?? ICONS.info}`));
  const form = toast.querySelector('form');
  if (undoUrl) form.action = undoUrl;
  else form?.remove();
  list().append(toast);
  watch(toast);
}

document.addEventListener('toasts', (event) => event.detail.items?.forEach(say));
document.addEventListener('click', (event) => {
  const toast = event.target.closest('[data-dismiss]')?.closest('.k-toast');
  if (toast) leave(toast);
});
document.querySelectorAll('#toasts > .k-toast').forEach(watch);
