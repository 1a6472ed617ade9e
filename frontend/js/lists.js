// Search bars: a filter applies itself when chosen, a search while it is typed. With a target only that part
// of the page is fetched; the address keeps up, so that a reload and a shared link show the same.

import { htmx } from './requests.js';

const TYPED_MS = 250;

function apply(form) {
  const query = new URLSearchParams();
  for (const [key, value] of new FormData(form)) if (value) query.append(key, value);
  const url = `${form.action.split('?')[0]}${query.size ? `?${query}` : ''}`;
  const target = form.dataset.filterTarget;
  if (!target) {
    location.assign(url);
    return;
  }
  form.querySelectorAll('.k-filter').forEach((filter) => filter.classList.toggle('is-set', Boolean(filter.querySelector('select').value)));
  htmx.ajax('GET', url, { target, select: target, swap: 'outerHTML', source: form });
  history.replaceState(history.state, '', url);
}

let timer;
document.addEventListener('input', (event) => {
  const form = event.target.closest('form[data-filter][data-filter-target]');
  if (!form || !event.target.matches('[type=search]')) return;
  clearTimeout(timer);
  timer = setTimeout(() => apply(form), TYPED_MS);
});
document.addEventListener('change', (event) => {
  const form = event.target.closest('form[data-filter]');
  if (form && event.target.matches('select')) apply(form);
});
document.addEventListener('submit', (event) => {
  if (!event.target.matches('form[data-filter]')) return;
  event.preventDefault();
  clearTimeout(timer);
  apply(event.target);
});
