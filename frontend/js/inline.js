// Values that become their field where they stand: click or Enter opens, Enter saves, Escape puts the value back.

import { htmx } from './requests.js';

const load = (url, place) => htmx.ajax('GET', url, { target: place, swap: 'outerHTML', source: place });

document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const value = event.target.closest('a[data-inline]');
  const cancel = event.target.closest('a[data-inline-cancel]');
  if (!value && !cancel) return;
  event.preventDefault();
  arriving = true;
  load((value ?? cancel).href, (value ?? cancel).closest('.k-inline'));
});

document.addEventListener('keydown', (event) => {
  const form = event.target.closest?.('form[data-inline-form]');
  if (!form) return;
  if (event.key === 'Escape') {
    event.preventDefault();
    event.stopPropagation();
    form.querySelector('[data-inline-cancel]').click();
  }
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
}, true);

// What was clicked is gone after the swap: the focus goes to what came in its place.
let arriving = false;
document.addEventListener('submit', (event) => { if (event.target.matches('form[data-inline-form]')) arriving = true; });
let place = null;
document.addEventListener('htmx:before:swap', (event) => {
  const target = event.detail.ctx.target;
  place = target?.classList?.contains('k-inline') ? target.parentElement : null;
});
document.addEventListener('htmx:after:swap', () => {
  if (!arriving || !place) return;
  arriving = false;
  const field = place.querySelector('form[data-inline-form] :is(input:not([type=hidden], [type=radio]), select, textarea)');
  (place.querySelector('.k-conflict input') ?? field ?? place.querySelector('a[data-inline]'))?.focus();
  if (field?.select && !place.querySelector('.k-conflict')) field.select();
});
