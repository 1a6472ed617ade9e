// Colours and the width of the navigation: shown at once, kept in a cookie so that the server draws the
// next page the same way.

const root = document.documentElement;
const YEAR_SECONDS = 365 * 24 * 3600;

function keep(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
}

export function chooseTheme(value) {
  root.dataset.bsTheme = value;
  document.querySelector('meta[name=color-scheme]')?.setAttribute('content', value === 'system' ? 'light dark' : value);
  keep('theme', value);
  document.querySelectorAll('[data-themes] button').forEach((button) => button.setAttribute('aria-pressed', String(button.value === value)));
  document.dispatchEvent(new CustomEvent('k:theme'));
}

document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-themes]')) return;
  event.preventDefault();
  chooseTheme(event.submitter.value);
});

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  if (root.dataset.bsTheme === 'system') document.dispatchEvent(new CustomEvent('k:theme'));
});

document.addEventListener('click', (event) => {
  const toggle = event.target.closest('[data-nav-toggle]');
  if (!toggle) return;
  const narrow = root.dataset.nav !== 'narrow';
  if (narrow) root.dataset.nav = 'narrow';
  else delete root.dataset.nav;
  toggle.setAttribute('aria-pressed', String(narrow));
  keep('nav', narrow ? 'narrow' : 'wide');
});
