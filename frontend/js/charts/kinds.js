// One function a kind: (data, look, size) -> {option, points, height?}.
// `points` are what the keyboard walks through: {series, index, url, lines: [head, [label, text]...]}.

import { brief, full, named, namedMonth, thin } from './look.js';

const TEXT = 12;
const DASH = [4, 4];

const base = (look) => ({
  animation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
  animationDuration: 300,
  animationDurationUpdate: 200,
  textStyle: { fontFamily: 'Inter, system-ui, sans-serif', fontSize: TEXT, color: look['ink-2'] },
  grid: { left: 8, right: 16, top: 16, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
  tooltip: {
    trigger: 'item', confine: true, appendTo: undefined, backgroundColor: look.raised, borderColor: look['rule-strong'], borderWidth: 1,
    padding: [6, 10], textStyle: { color: look.ink, fontSize: TEXT }, extraCssText: 'border-radius:6px;box-shadow:none',
  },
});

const quietAxis = (look, more = {}) => ({
  axisLine: { show: true, lineStyle: { color: look['rule-strong'] } },
  axisTick: { show: false },
  axisLabel: { color: look['ink-2'], fontSize: TEXT, hideOverlap: true, margin: 10 },
  splitLine: { show: false },
  ...more,
});

const valueAxis = (look, format, more = {}) => ({
  type: 'value',
  axisLine: { show: false },
  axisTick: { show: false },
  splitNumber: 4,
  splitLine: { lineStyle: { color: look.rule, width: 1 } },
  axisLabel: { color: look['ink-2'], fontSize: TEXT, formatter: (value) => brief(value, format) },
  ...more,
});

const markLine = (look, lines) => ({
  symbol: 'none', silent: true, animation: false,
  lineStyle: { color: look['ink-3'], type: DASH, width: 1 },
  label: { color: look['ink-2'], fontSize: TEXT, fontFamily: 'Inter, system-ui, sans-serif' },
  data: lines,
});

/** A tip as elements: the page's policy allows no inline style. */
export function tip(head, lines) {
  const box = document.createElement('div');
  box.className = 'k-tip';
  const title = document.createElement('div');
  title.className = 'k-tip-head';
  title.textContent = head;
  box.append(title);
  for (const [label, text] of lines) {
    const line = document.createElement('div');
    line.className = 'k-tip-line';
    for (const part of [label, text]) {
      const span = document.createElement('span');
      span.textContent = part;
      line.append(span);
    }
    box.append(line);
  }
  return box;
}

// --- Pareto and whale curve ----------------------------------------------------------------------

const shareAxis = (look, max) => valueAxis(look, 'share', { min: 0, max, interval: 0.2, splitLine: { show: false }, position: 'right' });

function rankAxis(look, points) {
  return quietAxis(look, {
    type: 'category', data: points.map((point, i) => point.rank ?? i + 1),
    axisLabel: { color: look['ink-2'], fontSize: TEXT, hideOverlap: true, interval: (index) => index === 0 || (index + 1) % niceStep(points.length) === 0 },
  });
}

function niceStep(count) {
  const rough = Math.max(1, count / 6);
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

export function pareto(data, look) {
  const { points, unit = '' } = data;
  const goal = data.mark?.share ?? 0.8;
  const crossing = points.findIndex((point) => point.share >= goal - 1e-12);
  const inside = (index) => crossing < 0 || index <= crossing;
  const option = {
    ...base(look),
    xAxis: rankAxis(look, points),
    yAxis: [valueAxis(look, 'money', { min: 0 }), shareAxis(look, 1)],
    series: [
      {
        type: 'bar', barCategoryGap: points.length > 60 ? '0%' : '20%', barMinHeight: 1, cursor: 'pointer',
        data: points.map((point, index) => ({ value: point.value, itemStyle: { color: inside(index) ? look.fill : look.series } })),
        emphasis: { itemStyle: { color: look.ink } },
      },
      {
        type: 'line', yAxisIndex: 1, data: points.map((point) => point.share), symbol: 'none', silent: true,
        lineStyle: { color: look['ink-2'], width: 1.5 },
        markLine: crossing < 0 ? undefined : markLine(look, [
          [{ coord: [crossing, 0] }, { coord: [crossing, goal] }],
          [{ coord: [crossing, goal], label: { show: true, formatter: data.mark?.label ?? full(goal, 'share'), position: 'middle', distance: 6 } }, { coord: [points.length - 1, goal] }],
        ]),
      },
    ],
  };
  return { option, points: points.map((point, index) => ({ series: 0, index, url: point.url, head: point.name, lines: [[data.value_label ?? '', full(point.value, 'money', unit)], ['Σ', full(point.share, 'share')]] })) };
}

export function whale(data, look) {
  const { points, unit = '' } = data;
  const top = Math.max(1, ...points.map((point) => point.share));
  const peak = points.reduce((best, point, index) => (point.share > points[best].share ? index : best), 0);
  const option = {
    ...base(look),
    xAxis: { ...rankAxis(look, points), boundaryGap: false },
    yAxis: valueAxis(look, 'share', { min: 0, max: Math.ceil(top * 5) / 5, interval: top > 2 ? undefined : 0.2 }),
    series: [{
      type: 'line', data: points.map((point) => point.share), symbol: 'circle', symbolSize: 7, showSymbol: false, cursor: 'pointer', triggerLineEvent: true,
      lineStyle: { color: look.accent, width: 2 }, itemStyle: { color: look.accent },
      areaStyle: { color: look['accent-soft'], opacity: 0.6, origin: 1 },
      markLine: markLine(look, [{ yAxis: 1, label: { show: false } }]),
      markPoint: {
        symbol: 'circle', symbolSize: 8, itemStyle: { color: look.accent }, silent: true, animation: false,
        label: { position: 'top', color: look.ink, fontSize: TEXT, formatter: data.peak_label ?? full(points[peak].share, 'share') },
        data: [{ coord: [peak, points[peak].share] }],
      },
    }],
  };
  option.tooltip.trigger = 'axis';
  option.tooltip.axisPointer = { lineStyle: { color: look['rule-strong'] } };
  return { option, points: points.map((point, index) => ({ series: 0, index, url: point.url, head: point.name, lines: [[data.value_label ?? '', full(point.value, 'money', unit)], ['Σ', full(point.share, 'share')]] })) };
}

// --- lines over time -----------------------------------------------------------------------------

export function lines(data, look, size) {
  const { series, format = 'number', unit = '' } = data;
  const categories = [...new Set(series.flatMap((one) => one.points.map(([x]) => String(x))))].sort();
  const monthly = /^\d{4}-\d\d$/.test(categories[0]);
  const at = series.map((one) => new Map(one.points.map(([x, y]) => [String(x), y])));
  const named_ = size.width > 480;
  const option = {
    ...base(look),
    xAxis: quietAxis(look, {
      type: 'category', data: categories, boundaryGap: false,
      axisLabel: {
        color: look['ink-2'], fontSize: TEXT, hideOverlap: true,
        interval: monthly && categories.length > 14 ? (_index, value) => value.endsWith('-01') : 'auto',
        formatter: (value) => (monthly && categories.length > 14 ? value.slice(0, 4) : namedMonth(value)),
      },
    }),
    yAxis: valueAxis(look, format, { scale: data.scale === true, min: data.min }),
    series: series.map((one, index) => ({
      type: 'line', name: one.name, data: categories.map((x) => at[index].get(x) ?? null), connectNulls: false,
      symbol: 'circle', symbolSize: 6, showSymbol: categories.length === 1, z: one.accent ? 4 : 2,
      lineStyle: { color: one.accent ? look.accent : look['series-2'], width: one.accent ? 2.25 : 1.25 },
      itemStyle: { color: one.accent ? look.accent : look['series-2'] },
      endLabel: { show: named_, formatter: '{a}', color: one.accent ? look.accent : look['ink-2'], fontSize: TEXT, fontWeight: one.accent ? 600 : 400, distance: 8 },
      labelLayout: { moveOverlap: 'shiftY' },
      markLine: index === 0 && data.marks?.length
        ? markLine(look, data.marks.map((mark) => ({ yAxis: mark.value, label: { show: Boolean(mark.label), formatter: mark.label, position: 'insideStartTop' } })))
        : undefined,
    })),
  };
  const longest = Math.max(...series.map((one) => one.name.length));
  option.grid.right = named_ ? Math.min(size.width / 3, 24 + longest * 6.6) : 16;
  if (!named_) option.legend = legend(look);
  if (!named_) option.grid.top = 40;
  option.tooltip.trigger = 'axis';
  option.tooltip.axisPointer = { lineStyle: { color: look['rule-strong'] } };
  const points = categories.map((x, index) => ({
    series: 0, index, head: named(x), url: series.find((one) => one.urls)?.urls[index],
    lines: series.map((one, i) => [one.name, full(at[i].get(x), format, unit)]),
  }));
  return { option, points };
}

const legend = (look) => ({ top: 0, left: 0, icon: 'rect', itemWidth: 10, itemHeight: 10, itemGap: 16, selectedMode: false, textStyle: { color: look['ink-2'], fontSize: TEXT } });

// --- growth against share ------------------------------------------------------------------------

// Growth runs from -100 % to thousands: linear near zero, logarithmic far out. Shares crowd near zero: square root.
const bend = { growth: (x) => Math.asinh(x / 0.25), share: (y) => Math.sqrt(Math.max(0, y)) };
const GROWTH_TICKS = [-1, -0.5, -0.2, 0, 0.2, 0.5, 1, 3, 10, 30, 100];
const SHARE_TICKS = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1];

export function map(data, look, size) {
  const xs = data.points.map((point) => point.x);
  const ys = data.points.map((point) => point.y);
  const xLow = Math.max(-1.02, Math.min(-0.25, ...xs) * 1.05);
  const xHigh = Math.max(0.25, ...xs) * 1.1;
  const yHigh = Math.max(0.02, ...ys, ...(data.marks ?? []).filter((mark) => mark.axis === 'y').map((mark) => mark.value)) * 1.12;
  const biggest = Math.max(...data.points.map((point) => point.size ?? 1));
  const narrow = size.width < 480;
  const middle = Math.sinh((bend.growth(xLow) + bend.growth(xHigh) * 2) / 3) * 0.25;
  const ticks = (all, low, high, way) => all.filter((tick) => tick >= low && tick <= high).map(way);
  const axis = (spec, low, high, way, back, all) => ({
    type: 'value', min: way(low), max: way(high), axisLine: { show: false, onZero: false }, axisTick: { show: false }, splitLine: { show: false },
    name: spec.label, nameTextStyle: { color: look['ink-2'], fontSize: TEXT },
    axisLabel: { color: look['ink-2'], fontSize: TEXT, hideOverlap: true, customValues: ticks(all, low, high, way), formatter: (value) => brief(back(value), spec.format ?? 'share') },
  });
  const grid = [
    ...ticks(GROWTH_TICKS, xLow, xHigh, bend.growth).map((value) => ({ xAxis: value, lineStyle: { color: value === 0 ? look['rule-strong'] : look.rule, type: 'solid' }, label: { show: false } })),
    ...ticks(SHARE_TICKS, 0, yHigh, bend.share).map((value) => ({ yAxis: value, lineStyle: { color: value === 0 ? look['rule-strong'] : look.rule, type: 'solid' }, label: { show: false } })),
  ];
  const marks = (data.marks ?? []).filter((mark) => mark.label).map((mark) => ({
    [mark.axis === 'y' ? 'yAxis' : 'xAxis']: mark.axis === 'y' ? bend.share(mark.value) : bend.growth(mark.value),
    label: { show: true, formatter: mark.label, position: 'insideEndTop' },
  }));
  // The important ones last, so that they lie on top.
  const ordered = data.points.map((point, index) => ({ ...point, index })).sort((a, b) => Number(a.accent ?? a.label ?? 0) - Number(b.accent ?? b.label ?? 0) || (a.y - b.y));
  const option = {
    ...base(look),
    xAxis: { ...axis(data.x, xLow, xHigh, bend.growth, (value) => Math.sinh(value) * 0.25, GROWTH_TICKS), nameLocation: 'middle', nameGap: 28 },
    yAxis: { ...axis(data.y, 0, yHigh, bend.share, (value) => value * value, SHARE_TICKS), nameLocation: 'end', nameGap: 12, nameTextStyle: { color: look['ink-2'], fontSize: TEXT, align: 'left', padding: [0, 0, 0, -32] } },
    series: [{
      type: 'scatter', cursor: 'pointer', clip: false,
      data: ordered.map((point) => ({
        value: [bend.growth(point.x), bend.share(point.y)],
        symbolSize: 5 + 19 * Math.sqrt((point.size ?? biggest / 20) / biggest),
        itemStyle: { color: point.accent ? look.accent : point.tone ? look[point.tone] : look['series-2'], opacity: point.accent || point.label ? 0.95 : 0.55, borderColor: look.sheet, borderWidth: 1 },
        label: { show: Boolean(point.label || point.accent) && !(narrow && !point.accent), formatter: point.name, position: point.x > middle ? 'left' : 'right', color: point.accent ? look.accent : look.ink, fontSize: TEXT, fontWeight: point.accent ? 600 : 400 },
      })),
      labelLayout: { hideOverlap: true, moveOverlap: 'shiftY' },
      emphasis: { scale: 1.25, itemStyle: { opacity: 1, borderColor: look.ink } },
      markLine: { ...markLine(look, [...grid, ...marks]), z: 0 },
    }],
  };
  option.grid = { ...option.grid, top: 32, bottom: 32, right: 24 };
  const points = ordered.map((point, index) => ({
    series: 0, index, url: point.url, head: point.name,
    lines: [[data.x.label, full(point.x, data.x.format ?? 'share')], [data.y.label, full(point.y, data.y.format ?? 'share')]],
  }));
  return { option, points };
}

// --- bars ----------------------------------------------------------------------------------------

const LEVELS = { 1: 'ghost', 2: 'series', 3: 'series-2' };

function barColour(one, look) {
  if (one.tone) return look[one.tone];
  if (one.accent) return look.fill;
  return look[LEVELS[one.level ?? 1]];
}

export function bars(data, look, size) {
  const { categories, series, format = 'money', unit = '', horizontal = false, stack = false } = data;
  const partial = new Set(data.partial ?? []);
  const short = size.width / categories.length < 56;
  const category = quietAxis(look, {
    type: 'category', data: categories, inverse: horizontal,
    axisLabel: { color: look['ink-2'], fontSize: TEXT, hideOverlap: !horizontal, formatter: (value) => (horizontal ? named(value) : short ? namedMonth(value) : named(value).replace(/\s\d{4}$/, '')) },
  });
  const value = valueAxis(look, format);
  const option = {
    ...base(look),
    xAxis: horizontal ? value : category,
    yAxis: horizontal ? category : value,
    legend: series.length > 1 ? legend(look) : undefined,
    series: [...series].sort((a, b) => Number(Boolean(b.ghost)) - Number(Boolean(a.ghost))).map((one) => ({
      type: 'bar', name: one.name, stack: stack ? 'all' : undefined, cursor: one.urls ? 'pointer' : 'default',
      barGap: '-80%', barCategoryGap: '28%', barMaxWidth: 44, z: one.ghost ? 1 : 2,
      itemStyle: { color: barColour(one, look) },
      data: one.values.map((v, i) => ({ value: v, itemStyle: partial.has(categories[i]) && !one.ghost ? { color: thin(barColour(one, look), 0.5) } : undefined })),
    })),
  };
  if (series.length > 1) option.grid.top = 36;
  option.tooltip.trigger = 'axis';
  option.tooltip.axisPointer = { type: 'shadow', shadowStyle: { color: look.rule, opacity: 0.35 } };
  const points = categories.map((name, index) => ({
    series: 0, index, url: series.find((one) => one.urls)?.urls[index], head: named(name) + (partial.has(name) && data.partial_label ? ` (${data.partial_label})` : ''),
    lines: series.map((one) => [one.name, full(one.values[index], format, unit)]),
  }));
  return { option, points };
}

export function multiples(data, look, size) {
  const { panels, categories, format = 'money', unit = '' } = data;
  const partial = new Set(data.partial ?? []);
  const across = Math.max(1, Math.min(panels.length, Math.floor((size.width + 24) / 200)));
  const rows = Math.ceil(panels.length / across);
  const width = (size.width - 24 * (across - 1)) / across;
  const rowHeight = 184;
  const all = panels.flatMap((panel) => panel.values).filter((v) => v !== null);
  const top = Math.max(...all);
  const low = Math.min(0, ...all);
  const last = categories.length - 1;
  const place = (index) => ({ left: (index % across) * (width + 24), top: Math.floor(index / across) * rowHeight });
  const option = {
    ...base(look),
    title: panels.map((panel, index) => ({
      text: panel.name, ...place(index), padding: 0, link: panel.url || undefined, target: 'self', triggerEvent: false,
      textStyle: { color: look.ink, fontSize: TEXT, fontWeight: 600, width, overflow: 'truncate' },
    })),
    grid: panels.map((_panel, index) => ({ left: place(index).left, top: place(index).top + 36, width, height: rowHeight - 100, outerBoundsMode: 'none' })),
    xAxis: panels.map((_panel, index) => quietAxis(look, {
      type: 'category', gridIndex: index, data: categories.map(named),
      axisLabel: { color: look['ink-2'], fontSize: TEXT, lineHeight: 15, margin: 6, interval: 0, width: width / categories.length - 6, overflow: 'break' },
    })),
    yAxis: panels.map((_panel, index) => ({ type: 'value', gridIndex: index, min: low, max: top * 1.05, show: false })),
    series: panels.map((panel, index) => ({
      type: 'bar', name: panel.name, xAxisIndex: index, yAxisIndex: index, barCategoryGap: '24%', barMaxWidth: 56, cursor: panel.url ? 'pointer' : 'default',
      label: { show: true, position: 'top', color: look['ink-2'], fontSize: TEXT, formatter: ({ value }) => brief(value, format) },
      data: panel.values.map((value, i) => ({ value, itemStyle: { color: thin(i === last ? look.fill : look.series, partial.has(categories[i]) ? 0.55 : 1) } })),
    })),
  };
  delete option.grid.outerBoundsMode;
  const points = panels.flatMap((panel, series) => panel.values.map((value, index) => ({ series, index, url: panel.url, head: panel.name, lines: [[named(categories[index]), full(value, format, unit)]] })));
  return { option, points, height: rows * rowHeight };
}

export const kinds = { pareto, whale, lines, map, bars, multiples, ageing: bars };
