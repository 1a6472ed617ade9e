// Colours of the page for a canvas, and figures on axes.

const canvas = document.createElement('canvas');
canvas.width = canvas.height = 1;
const brush = canvas.getContext('2d', { willReadFrequently: true });

/** The page writes its colours as oklch() and light-dark(): a probe element resolves them, a pixel makes them rgba. */
export function colours(element) {
  const probe = document.createElement('span');
  element.append(probe);
  const read = (name) => {
    probe.style.color = `var(--k-${name})`;
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = getComputedStyle(probe).color;
    brush.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
    return `rgba(${r},${g},${b},${(a / 255).toFixed(3)})`;
  };
  const names = ['ink', 'ink-2', 'ink-3', 'rule', 'rule-strong', 'sheet', 'raised', 'accent', 'fill', 'accent-soft', 'accent-rule', 'series', 'series-2', 'ghost', 'good', 'warn', 'bad'];
  const found = Object.fromEntries(names.map((name) => [name, read(name)]));
  probe.remove();
  return found;
}

/** The same colour, thinner. */
export const thin = (rgba, alpha) => rgba.replace(/[\d.]+\)$/, `${alpha})`);

const NBSP = '\u00a0';
// As formats.py writes them.
const SCALES = { en: ['k', 'M', 'bn'], it: ['mila', 'mln', 'mld'], pl: ['tys.', 'mln', 'mld'], ru: ['тыс.', 'млн', 'млрд'] };
const language = () => document.documentElement.lang || 'en';
const formatters = new Map();

function formatter(options) {
  const key = `${language()}${JSON.stringify(options)}`;
  if (!formatters.has(key)) formatters.set(key, new Intl.NumberFormat(language(), options));
  return formatters.get(key);
}

const minus = (text) => text.replace(/^-/, '\u2212');

/** A figure in full: "1,842,310 EUR", "23.1 %". */
export function full(value, format, unit = '') {
  if (value === null || value === undefined) return '\u2013';
  if (format === 'share') return `${minus(formatter({ maximumFractionDigits: 1 }).format(value * 100))}${NBSP}%`;
  const text = minus(formatter({ maximumFractionDigits: Math.abs(value) < 100 && format === 'number' ? 2 : 0 }).format(value));
  return unit ? `${text}${NBSP}${unit}` : text;
}

/** A figure on an axis: "1.8 M", "20 %". */
export function brief(value, format) {
  if (format === 'share') return `${minus(formatter({ maximumFractionDigits: 1 }).format(value * 100))}${NBSP}%`;
  const power = Math.abs(value) < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(Math.abs(value)) / 3));
  const text = minus(formatter({ maximumSignificantDigits: 3 }).format(value / 1000 ** power));
  return power ? `${text}${NBSP}${(SCALES[language().slice(0, 2)] ?? SCALES.en)[power - 1]}` : text;
}

/** "2026-11" reads "Nov 2026", other words stand as they are. */
export function named(category) {
  const month = /^(\d{4})-(\d\d)$/.exec(category);
  if (!month) return String(category);
  return new Intl.DateTimeFormat(language(), { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(Date.UTC(month[1], month[2] - 1));
}

export function namedMonth(category) {
  const month = /^(\d{4})-(\d\d)$/.exec(category);
  if (!month) return String(category);
  return new Intl.DateTimeFormat(language(), { month: 'short', timeZone: 'UTC' }).format(Date.UTC(month[1], month[2] - 1));
}
