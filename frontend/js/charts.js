// Pictures. A <figure data-chart="kind" data-src="url"> is drawn from the JSON at its url; the page writes it
// with {% chart %}. Figures come as numbers; money in major units; shares as 0 to 1; null is a gap.
//
// Every answer may carry `unit` ("EUR"), `format` ("money", "share", "number") and `summary`, the sentence that a
// screen reader hears (else the title and the number of points). `url` of a point is where a click leads;
// with "drawer": true at the top it opens at the side.
//
//   pareto     {"unit", "points": [{"name", "value", "share", "url", "rank"?}], "mark": {"share": 0.8, "label"}, "value_label"}
//              points by falling value; `share` is the running sum. Thin out long tails (500 points are enough; then give ranks).
//   whale      the same with profit as value; `share` may pass 1. "peak_label" names the peak.
//   lines      {"format", "series": [{"name", "points": [["2026-11", 0.2], ...], "accent": true}], "marks": [{"value", "label"}], "scale": true, "min"}
//              x is a month ("2026-11"), a year or a word; one series has the accent, the others are grey.
//   map        {"x": {"label"}, "y": {"label"}, "points": [{"name", "x", "y", "size", "url", "label": true, "accent": true, "tone"}], "marks": [{"axis": "y", "value": 0.1, "label"}]}
//              x is a growth (-1 and up), y a share; both axes are bent so that outliers do not flatten the rest.
//   bars       {"categories": ["2026-01", ...], "series": [{"name", "values": [...], "accent": true, "ghost": true, "tone", "level": 1..3, "urls": [...]}],
//              "partial": ["2026-11"], "partial_label", "stack": true, "horizontal": true}; `ghost` is the year before, pale, behind.
//   ageing     as bars.
//   multiples  {"categories": ["2024", "2025", "2026"], "panels": [{"name", "values", "url"}], "partial": [...]}: a small picture each, one scale.
//
// No points, panels or series: the empty state. An answer that is no answer: the failed state; the table is there.

import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendPlainComponent, MarkLineComponent, MarkPointComponent, TitleComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { kinds, tip } from './charts/kinds.js';
import { colours } from './charts/look.js';

use([BarChart, LineChart, ScatterChart, GridComponent, LegendPlainComponent, MarkLineComponent, MarkPointComponent, TitleComponent, TooltipComponent, LabelLayout, CanvasRenderer]);

const isEmpty = (data) => !(data.points ?? data.series ?? data.panels ?? []).some((one) => one.points?.length ?? one.values?.length ?? 1);

/** A picture on its own: draws `data` of `kind` into `canvas`, follows size and theme, walks by keyboard. */
export class Picture {
  constructor(canvas, kind, data, { title = '', go = (url) => location.assign(url) } = {}) {
    Object.assign(this, { canvas, kind, data, title, go, at: -1 });
    this.chart = init(canvas, null, { renderer: 'canvas' });
    this.draw();
    this.chart.on('click', ({ seriesIndex, dataIndex }) => this.open(this.find(seriesIndex, dataIndex)));
    canvas.addEventListener('keydown', (event) => this.walk(event));
    canvas.addEventListener('blur', () => this.leave());
    this.redraw = () => this.draw();
    document.addEventListener('k:theme', this.redraw);
    this.sizes = new ResizeObserver(() => (canvas.isConnected ? this.fit() : this.drop()));
    this.sizes.observe(canvas);
  }

  draw() {
    const size = { width: this.canvas.clientWidth, height: this.canvas.clientHeight };
    this.width = size.width;
    const look = colours(this.canvas);
    const { option, points, height } = kinds[this.kind](this.data, look, size);
    option.tooltip.formatter = (hit) => {
      const one = Array.isArray(hit) ? hit[0] : hit;
      const point = this.find(one.seriesIndex, one.dataIndex);
      return point ? tip(point.head, point.lines.filter(([, text]) => text)) : '';
    };
    this.points = points;
    if (height && this.canvas.clientHeight !== height) {
      this.canvas.style.height = `${height}px`;
      this.chart.resize();
    }
    this.chart.setOption(option, { notMerge: true });
    this.canvas.setAttribute('aria-label', this.data.summary ?? `${this.title}: ${this.points.length}`);
  }

  find(series, index) {
    return this.points.find((point) => point.index === index && (point.series === series || this.kind !== 'multiples'));
  }

  open(point) {
    if (point?.url) this.go(point.url);
  }

  fit() {
    if (Math.abs(this.canvas.clientWidth - this.width) < 2) return;
    this.chart.resize();
    this.draw();
  }

  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.at = Math.max(0, Math.min(this.points.length - 1, this.at + step));
      const point = this.points[this.at];
      this.chart.dispatchAction({ type: 'downplay' });
      this.chart.dispatchAction({ type: 'highlight', seriesIndex: point.series, dataIndex: point.index });
      this.chart.dispatchAction({ type: 'showTip', seriesIndex: point.series, dataIndex: point.index });
      this.say(`${point.head}: ${point.lines.map((line) => line.join(' ')).join(', ')}`);
    } else if (event.key === 'Enter' && this.at >= 0) {
      this.open(this.points[this.at]);
    } else if (event.key === 'Escape') {
      this.leave();
    }
  }

  leave() {
    this.at = -1;
    this.chart.dispatchAction({ type: 'downplay' });
    this.chart.dispatchAction({ type: 'hideTip' });
  }

  say(text) {
    this.voice ??= this.canvas.parentElement.appendChild(Object.assign(document.createElement('p'), { className: 'k-hidden', ariaLive: 'polite' }));
    this.voice.textContent = text;
  }

  png() {
    const link = document.createElement('a');
    link.href = this.chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: colours(this.canvas).sheet });
    link.download = `${fileName(this.title)}.png`;
    link.click();
  }

  drop() {
    document.removeEventListener('k:theme', this.redraw);
    this.sizes.disconnect();
    this.chart.dispose();
  }
}

const fileName = (title) => title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'kamerton';

/** The table of a picture's data; texts that a spreadsheet would calculate are made harmless. */
function csv(data) {
  const text = (value) => {
    const plain = String(value ?? '');
    const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
    return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  let rows;
  if (data.panels) rows = [['', ...data.categories], ...data.panels.map((panel) => [panel.name, ...panel.values])];
  else if (data.categories) rows = [['', ...data.series.map((one) => one.name)], ...data.categories.map((name, i) => [name, ...data.series.map((one) => one.values[i])])];
  else if (data.series) {
    const xs = [...new Set(data.series.flatMap((one) => one.points.map(([x]) => x)))];
    rows = [['', ...data.series.map((one) => one.name)], ...xs.map((x) => [x, ...data.series.map((one) => one.points.find(([own]) => own === x)?.[1])])];
  } else {
    const keys = ['name', 'value', 'share', 'x', 'y', 'size'].filter((key) => data.points.some((point) => point[key] !== undefined));
    rows = [keys, ...data.points.map((point) => keys.map((key) => point[key]))];
  }
  return `\ufeff${rows.map((row) => row.map(text).join(',')).join('\r\n')}\r\n`;
}

function save(name, content) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: 'text/csv;charset=utf-8' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function blank(canvas, text) {
  canvas.removeAttribute('tabindex');
  canvas.setAttribute('aria-label', text);
  canvas.innerHTML = '<div class="k-blank"><p></p></div>';
  canvas.querySelector('p').textContent = text;
  canvas.classList.add('is-blank');
  canvas.closest('figure').querySelector('.k-picture-tools')?.remove();
}

function go(figure, data, url) {
  if (!data.drawer) return location.assign(url);
  const link = Object.assign(document.createElement('a'), { href: url, hidden: true });
  link.dataset.drawer = '';
  figure.append(link);
  link.click();
  link.remove();
}

async function adopt(figure) {
  figure.dataset.adopted = '';
  const canvas = figure.querySelector('.k-canvas');
  const title = figure.querySelector('h3')?.textContent ?? '';
  try {
    const answer = await fetch(figure.dataset.src, { headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const data = await answer.json();
    if (isEmpty(data)) return blank(canvas, figure.dataset.empty);
    const picture = new Picture(canvas, figure.dataset.chart, data, { title, go: (url) => go(figure, data, url) });
    figure.querySelector('[data-chart-png]')?.addEventListener('click', () => picture.png());
    figure.querySelector('[data-chart-csv]')?.addEventListener('click', () => save(`${fileName(title)}.csv`, csv(data)));
  } catch {
    blank(canvas, figure.dataset.failed);
    figure.querySelector('details')?.setAttribute('open', '');
  } finally {
    canvas.removeAttribute('aria-busy');
  }
}

const look = () => document.querySelectorAll('[data-chart]:not([data-adopted])').forEach(adopt);
look();
document.addEventListener('htmx:after:swap', look);
