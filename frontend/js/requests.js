// htmx and what we ask of every request: the CSRF token, a thin line while it runs, errors that say so.

import htmx from 'htmx.org';
import { say } from './toasts.js';

const csrfToken = () => document.querySelector('[name=csrfmiddlewaretoken]')?.value ?? '';

document.addEventListener('htmx:config:request', (event) => {
  const { request } = event.detail.ctx;
  if (!['GET', 'QUERY'].includes(request.method)) request.headers['X-CSRFToken'] = csrfToken();
});

let running = 0;
const busy = (step) => {
  running = Math.max(0, running + step);
  document.getElementById('busy')?.classList.toggle('is-on', running > 0);
};
// The quiet once-a-second question of a job's progress shows no line.
const loud = (event) => !event.target.closest?.('[data-job]');
document.addEventListener('htmx:before:request', (event) => loud(event) && busy(1));
document.addEventListener('htmx:finally:request', (event) => loud(event) && busy(-1));

// A whole error page is never put into a part of a page: its sentence becomes a toast.
document.addEventListener('htmx:before:swap', (event) => {
  const { ctx } = event.detail;
  const status = ctx.response?.status ?? 200;
  if (status < 400 || !/^\s*<!doctype/i.test(ctx.text ?? '')) return;
  event.preventDefault();
  const page = new DOMParser().parseFromString(ctx.text, 'text/html');
  ctx.sourceElement.dispatchEvent(new CustomEvent('k:refused', { bubbles: true, detail: { page } }));
  say({ text: page.querySelector('h1')?.textContent ?? document.title, level: 'bad' });
});

document.addEventListener('htmx:error', (event) => {
  if (event.target.closest?.('[data-job]')) return; // it asks again by itself
  const text = document.getElementById('drawer-failed')?.content.querySelector('p')?.textContent;
  if (text) say({ text, level: 'bad' });
});

// A part that is fetched comes with the title of its own page; this page keeps its name.
const { title } = document;
document.addEventListener('htmx:finally:request', () => { document.title = title; });

window.addEventListener('pageshow', () => { running = 0; busy(0); });

export { csrfToken, htmx };
