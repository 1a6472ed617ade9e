// Five pictures, each beside its table. They are drawn as SVG, so that they print sharp, in the page's colours.

import { init, use } from 'echarts/core';
import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, TooltipComponent } from 'echarts/components';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import { change, compact, count, make, percent, rate, records } from './figures.js';

use([BarChart, LineChart, ScatterChart, GridComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, TooltipComponent, LabelLayout, SVGRenderer]);

const MAP_MOST = 300;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

export function draw(data) {
  const accounts = records(data.accounts);
  const pictures = [...document.querySelectorAll('.chart')].map((place) => {
    const chart = init(place, null, { renderer: 'svg' });
    const paint = () => chart.setOption(PICTURES[place.dataset.picture](data, accounts, ink(), place.clientWidth), true);
    return { chart, paint, place };
  });
  const paint = () => pictures.forEach((picture) => picture.paint());
  paint();
  const watcher = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const picture = pictures.find(({ place }) => place === target);
      picture.chart.resize();
      picture.paint();
    }
  });
  pictures.forEach(({ place }) => watcher.observe(place));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
  document.fonts?.ready.then(paint);
  addEventListener('beforeprint', () => scheme('light', paint));
  addEventListener('afterprint', () => scheme('', paint));
}

function scheme(name, paint) {
  document.documentElement.style.colorScheme = name;
  paint();
}

// --- colours -------------------------------------------------------------------------------------

const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

/** The page's own colours as rgb(): the drawing library knows no oklch(). */
function ink() {
  const place = document.body.appendChild(document.createElement('i'));
  const read = (name) => {
    place.style.color = `var(--k-${name})`;
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = getComputedStyle(place).color;
    probe.fillRect(0, 0, 1, 1);
    const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
    return `rgb(${red},${green},${blue})`;
  };
  const names = ['ink', 'ink-2', 'rule', 'rule-strong', 'accent', 'accent-soft', 'series', 'series-2', 'ghost', 'bad', 'sheet', 'raised'];
  const found = Object.fromEntries(names.map((name) => [name.replace(/-(.)/, (_, sign) => sign.toUpperCase()), read(name)]));
  place.remove();
  return found;
}

// --- parts ---------------------------------------------------------------------------------------

const font = (colour, size = 12) => ({ color: colour, fontSize: size, fontFamily: 'Inter, system-ui, sans-serif' });

const frame = (colours) => ({
  animation: !calm.matches,
  animationDuration: 300,
  textStyle: font(colours.ink2),
  tooltip: { backgroundColor: colours.raised, borderColor: colours.ruleStrong, borderWidth: 1, padding: [6, 10], transitionDuration: 0, confine: true, extraCssText: 'box-shadow:0 4px 16px rgba(0,0,0,.12);border-radius:6px' },
});

const grid = (more = {}) => ({ left: 8, right: 16, top: 28, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel', ...more });

const axis = (colours, more = {}) => ({
  axisLine: { lineStyle: { color: colours.ruleStrong } },
  axisTick: { show: false },
  splitLine: { show: false },
  axisLabel: font(colours.ink2),
  nameTextStyle: font(colours.ink2),
  ...more,
});

const scale = (colours, more = {}) =>
  axis(colours, { type: 'value', axisLine: { show: false }, splitLine: { lineStyle: { color: colours.rule } }, splitNumber: 4, nameLocation: 'end', nameTextStyle: { ...font(colours.ink2), align: 'left', padding: [0, 0, 4, -4] }, ...more });

/** A tooltip of text nodes: a head and pairs of words. */
function tip(head, pairs) {
  const box = make('div', { class: 'tip' }, make('b', {}, make('bdi', {}, head)));
  for (const [word, text] of pairs) box.append(make('span', {}, word, make('i', {}, text)));
  return box;
}

const line = (colours, at, word, position = 'insideEndTop') => ({
  ...at,
  lineStyle: { color: colours.series2, type: [3, 3], width: 1 },
  label: { formatter: word, position, ...font(colours.ink2, 11) },
});

/** The top of a scale in steps of a fifth; 100 % unless losses push the curve above it. */
const peak = (running) => Math.max(1, Math.ceil(running.reduce((most, value) => Math.max(most, value), 0) * 5 - 0.01) / 5);

/** The foot of the same scale: a loss too small to see does not make room for itself. */
const floor = (accounts) => {
  const least = accounts.reduce((lowest, { share }) => Math.min(lowest, share ?? 0), 0);
  return least < -0.05 ? Math.floor(least * 5) / 5 : 0;
};

const DRAWN = 300; // more marks than that are one blur

/** Places 0 to size - 1 in even steps, with the last and those that must be among them. */
function thinned(size, wanted) {
  const step = Math.ceil(size / DRAWN);
  const places = new Set([...wanted, size - 1]);
  for (let place = 0; place < size; place += step) places.add(place);
  return [...places].filter((place) => place >= 0 && place < size).sort((one, other) => one - other);
}

const cumulated = (values) => {
  let sum = 0;
  return values.map((value) => (sum += value));
};

// --- pictures ------------------------------------------------------------------------------------

const PICTURES = { pareto, concentration, map, years, whale };

function pareto(data, accounts, colours) {
  const there = accounts.filter(({ now, window_turnover: turnover }) => now || turnover);
  const running = cumulated(there.map(({ share }) => share ?? 0));
  const needed = data.accounts_for_80pct;
  const places = thinned(there.length, [0, (needed ?? 1) - 1]);
  const told = new Set([0, (needed ?? 1) - 1, there.length - 1]);
  return {
    ...frame(colours),
    grid: grid(),
    tooltip: {
      ...frame(colours).tooltip,
      trigger: 'axis',
      axisPointer: { lineStyle: { color: colours.ruleStrong } },
      formatter: ([{ dataIndex }]) => {
        const place = places[dataIndex];
        return tip(there[place].label, [['place', count(place + 1)], ['share', percent(there[place].share, 1)], ['up to here', percent(running[place], 1)]]);
      },
    },
    xAxis: axis(colours, { type: 'category', data: places.map((place) => count(place + 1)), axisLabel: { ...font(colours.ink2), interval: (index) => told.has(places[index]) } }),
    yAxis: scale(colours, { min: floor(there), max: peak(running), interval: 0.2, axisLabel: { ...font(colours.ink2), formatter: (value) => percent(value, 0) } }),
    series: [
      { type: 'bar', barCategoryGap: places.length > 120 ? '0%' : '25%', data: places.map((place) => ({ value: there[place].share, itemStyle: { color: there[place].dependency ? colours.bad : there[place].key ? colours.accent : colours.series } })) },
      {
        type: 'line', data: places.map((place) => running[place]), symbol: 'none', lineStyle: { color: colours.accent, width: 2 },
        markLine: { symbol: 'none', silent: true, animation: false, data: [line(colours, { yAxis: 0.8 }, ''), ...(needed ? [line(colours, { xAxis: places.indexOf(needed - 1) }, `${count(needed)} make 80 %`, 'insideMiddleTop')] : [])] },
      },
    ],
  };
}

function concentration(data, _accounts, colours) {
  const years = data.concentration;
  const dot = (partial) => (partial ? 'emptyCircle' : 'circle');
  const series = (key, name, colour, width) => ({
    name, type: 'line', symbolSize: 7, color: colour, lineStyle: { color: colour, width },
    data: years.map((year) => ({ value: year[key], symbol: dot(year.partial) })),
    endLabel: { show: true, formatter: name, distance: 8, ...font(colour === colours.series2 ? colours.ink2 : colour) },
    labelLayout: { moveOverlap: 'shiftY' },
  });
  return {
    ...frame(colours),
    grid: grid({ right: 118 }),
    tooltip: {
      ...frame(colours).tooltip,
      trigger: 'axis',
      axisPointer: { lineStyle: { color: colours.ruleStrong } },
      formatter: ([{ dataIndex: place }]) => {
        const year = years[place];
        return tip(`${year.year}${year.partial ? ', in part' : ''}`, [['accounts', count(year.accounts)], ['make 80 %', year.accounts_for_80pct == null ? '–' : count(year.accounts_for_80pct)], ['as if equal', year.effective_accounts == null ? '–' : year.effective_accounts.toFixed(1)], ['top 20 % make', percent(year.top20pct_share)]]);
      },
    },
    xAxis: axis(colours, { type: 'category', data: years.map(({ year, partial }) => (partial ? `${year} part` : String(year))), boundaryGap: false, axisLabel: { ...font(colours.ink2), alignMinLabel: 'left' } }),
    yAxis: scale(colours, { min: 0, minInterval: 1 }),
    series: [series('accounts_for_80pct', 'make 80 %', colours.series2, 1.5), series('effective_accounts', 'as if equal', colours.accent, 2)],
  };
}

/** Accounts with a place on the map: heaviest first, with a past to grow from. */
export const mapped = (accounts) => accounts.filter(({ share, now, before }) => share > 0 && rate(now, before) != null).slice(0, MAP_MOST);

const FAR = 2; // growth beyond 200 % stands at the edge

function map(data, accounts, colours, width) {
  const named = width < 600 ? 6 : 12;
  const growth = mapped(accounts).map(({ now, before }) => rate(now, before));
  const far = Math.min(FAR, Math.max(0.5, Math.ceil(growth.reduce((most, value) => Math.max(most, value), 0) * 2) / 2));
  const points = mapped(accounts).map((account, place) => ({
    value: [Math.min(far, rate(account.now, account.before)), account.share],
    account,
    symbolSize: 7 + 34 * Math.sqrt(account.share),
    itemStyle: { color: account.dependency ? colours.bad : account.key ? colours.accent : colours.series2, opacity: account.key ? 0.9 : 0.6 },
    label: { show: place < named, formatter: () => cut(account.label), position: rate(account.now, account.before) > far - (far + 1) * (width < 600 ? 0.5 : 0.2) ? 'left' : 'right', distance: 4, opacity: 1, ...font(account.key ? colours.ink : colours.ink2, 11) },
  }));
  const least = Math.min(...points.map(({ value }) => value[1]));
  const most = Math.max(...points.map(({ value }) => value[1]));
  const lines = data.thresholds;
  return {
    ...frame(colours),
    grid: grid({ right: 24 }),
    tooltip: { ...frame(colours).tooltip, formatter: ({ data: { account } }) => tip(account.label, [['share', percent(account.share, 1)], ['12 months', compact(account.now)], ['12 months before', compact(account.before)], ['change', change(rate(account.now, account.before))]]) },
    xAxis: scale(colours, { min: -1, max: far, name: '', splitNumber: width < 600 ? 3 : 6, splitLine: { show: false }, axisLine: { show: true, onZero: false, lineStyle: { color: colours.ruleStrong } }, axisLabel: { ...font(colours.ink2), formatter: (value) => (value >= FAR ? `≥ ${change(value)}` : change(value)) } }),
    yAxis: scale(colours, { type: 'log', min: Math.max(1e-5, 10 ** Math.floor(Math.log10(least))), max: most < 0.45 ? 0.5 : 1, axisLabel: { ...font(colours.ink2), formatter: (value) => percent(value, value < 0.001 ? 2 : value < 0.01 ? 1 : 0) } }),
    series: [{
      type: 'scatter', data: points, labelLayout: { hideOverlap: true }, emphasis: { scale: 1.15 },
      markLine: { symbol: 'none', silent: true, animation: false, data: [line(colours, { xAxis: 0 }, ''), line(colours, { yAxis: lines.key }, `key: ${percent(lines.key, 0)}`, 'insideStartTop'), line(colours, { yAxis: lines.critical }, `critical: ${percent(lines.critical, 0)}`, 'insideStartTop')] },
    }],
  };
}

const cut = (text) => ([...text].length > 26 ? `${[...text].slice(0, 25).join('')}…` : text);

function years(data, _accounts, colours, width) {
  const income = data.years.some((year) => year.income != null);
  const faint = (colour, { partial }) => ({ color: colour, opacity: partial ? 0.5 : 1 });
  const bars = (key, colour) => ({
    type: 'bar', barMaxWidth: 44, barGap: '10%', barCategoryGap: '35%',
    data: data.years.map((year) => ({ value: year[key], itemStyle: faint(colour, year) })),
    label: { show: data.years.length <= (width < 600 ? 4 : 8), position: 'top', opacity: 1, formatter: ({ value }) => compact(value), ...font(colours.ink2, 11) },
  });
  return {
    ...frame(colours),
    grid: grid({ top: 32 }),
    tooltip: { ...frame(colours).tooltip, trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { color: colours.ghost, opacity: 0.35 } }, formatter: ([{ dataIndex: place }]) => {
      const year = data.years[place];
      return tip(`${year.year}${year.partial ? ', in part' : ''}`, [['turnover', compact(year.turnover)], ...(income ? [['income', compact(year.income)]] : []), ['active accounts', count(year.active)], ['new', count(year.new)], ['lost', count(year.lost)]]);
    } },
    xAxis: axis(colours, { type: 'category', data: data.years.map(({ year, partial }) => (partial ? `${year} part` : String(year))) }),
    yAxis: scale(colours, { axisLabel: { ...font(colours.ink2), formatter: (value) => compact(value).replace(/\.0+(?=\D|$)/, '') } }),
    series: income ? [bars('turnover', colours.series), bars('income', colours.accent)] : [bars('turnover', colours.accent)],
  };
}

function whale(data, accounts, colours) {
  const sorted = accounts.filter(({ window_income: income }) => income).sort((one, other) => other.window_income - one.window_income);
  const total = sorted.reduce((sum, { window_income: income }) => sum + income, 0);
  const running = cumulated(sorted.map(({ window_income: income }) => income / total));
  const top = running.reduce((best, value, place) => (value > running[best] ? place : best), 0);
  const places = thinned(sorted.length, [top]);
  const told = new Set([0, top, sorted.length - 1]);
  return {
    ...frame(colours),
    grid: grid(),
    tooltip: {
      ...frame(colours).tooltip,
      trigger: 'axis',
      axisPointer: { lineStyle: { color: colours.ruleStrong } },
      formatter: ([{ dataIndex }]) => {
        const place = places[dataIndex];
        return tip(sorted[place].label, [['place', count(place + 1)], ['income', compact(sorted[place].window_income)], ['up to here', percent(running[place], 1)]]);
      },
    },
    xAxis: axis(colours, { type: 'category', boundaryGap: false, data: places.map((place) => count(place + 1)), axisLabel: { ...font(colours.ink2), alignMinLabel: 'left', alignMaxLabel: 'right', interval: (index) => told.has(places[index]) } }),
    yAxis: scale(colours, { axisLabel: { ...font(colours.ink2), formatter: (value) => percent(value, 0) } }),
    series: [{
      type: 'line', data: places.map((place) => running[place]), symbol: 'none', lineStyle: { color: colours.accent, width: 2 }, areaStyle: { color: colours.accentSoft, opacity: 0.6 },
      markLine: { symbol: 'none', silent: true, animation: false, data: [line(colours, { yAxis: 1 }, '')] },
      markPoint: { symbol: 'circle', symbolSize: 8, animation: false, itemStyle: { color: colours.accent }, label: { position: 'top', formatter: percent(running[top]), ...font(colours.ink) }, data: [{ coord: [places.indexOf(top), running[top]] }] },
    }],
  };
}
