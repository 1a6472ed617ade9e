// How figures are written: the same words as in the rest of the report (cli/reports/words.py).

const NBSP = '\u00a0';
const MINUS = '\u2212';
export const NOTHING = '\u2013';

const grouped = (number, digits) =>
  number.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const signed = (number, text) => (number < 0 && /[1-9]/.test(text) ? MINUS + text : text);
const three = (size) => grouped(size, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);

export function compact(amount) {
  if (amount == null) return NOTHING;
  const size = Math.abs(amount);
  if (size >= 999.5e6) return signed(amount, three(size / 1e9) + NBSP + 'bn');
  if (size >= 999.5e3) return signed(amount, three(size / 1e6) + NBSP + 'M');
  if (size >= 1e4) return signed(amount, three(size / 1e3) + NBSP + 'k');
  if (size && size < 100 && size % 1) return signed(amount, grouped(size, 2));
  return signed(amount, grouped(size, 0));
}

export const full = (amount) => (amount == null ? NOTHING : signed(amount, grouped(Math.abs(amount), 2)));
export const count = (number) => grouped(number, 0);

export function percent(share, digits) {
  if (share == null) return NOTHING;
  const size = Math.abs(share);
  return signed(share, grouped(size * 100, digits ?? (size >= 0.0995 || !share ? 0 : 1)) + NBSP + '%');
}

export function change(rate) {
  if (rate == null) return NOTHING;
  if (rate < -1) return 'below 0';
  if (rate >= 9) return '×' + grouped(rate + 1, 0);
  return (rate > 0 ? '+' : '') + percent(rate);
}

/** As in docs/formulas.md: nothing where the base is not positive. */
export const rate = (now, before) => (now == null || before == null || before <= 0 ? null : now / before - 1);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
export function date(iso) {
  const [year, month, day] = iso.split('-').map(Number);
  return [day, MONTHS[month - 1], year].join(NBSP);
}

/** An element with text or children; never markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value != null) element.setAttribute(name, value);
  element.append(...children.filter((child) => child != null));
  return element;
}

export function drawing(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The rows of a table kept by columns: [{id, label, ...}]. */
export const records = ({ columns, rows }) =>
  rows.map((row) => Object.fromEntries(columns.map((column, place) => [column, row[place]])));
