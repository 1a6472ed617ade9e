// How the map is drawn: cards, the tree, and the lines of relations, in the colours of the page.

export const KINDS = {
  influences: { colour: 'accent', arrow: 'triangle', line: 'solid' },
  blocks: { colour: 'bad', arrow: 'tee', line: 'solid' },
  ally: { colour: 'good', arrow: 'none', line: 'solid' },
  rival: { colour: 'warn', arrow: 'none', line: 'dashed' },
  knows: { colour: 'series-2', arrow: 'none', line: 'dotted' },
};

export function style(ink, [width, height]) {
  return [
    {
      selector: 'node.person',
      style: {
        width, height, shape: 'round-rectangle', 'background-opacity': 0, 'border-width': 0,
        'background-image': 'data(image)', 'background-fit': 'none', 'background-width': '100%', 'background-height': '100%',
        'overlay-opacity': 0,
      },
    },
    { selector: 'node.on', style: { 'border-width': 2.5, 'border-color': ink.accent, 'border-opacity': 1 } },
    { selector: 'node.target', style: { 'border-width': 2.5, 'border-color': ink.good, 'border-opacity': 1 } },
    { selector: 'node.hand', style: { width: 1, height: 1, opacity: 0, events: 'no' } },
    {
      selector: 'edge',
      style: { 'overlay-opacity': 0, 'target-arrow-shape': 'none', 'line-color': ink['rule-strong'], width: 1.25 },
    },
    {
      selector: 'edge.report',
      style: {
        'curve-style': 'round-taxi', 'taxi-direction': 'downward', 'taxi-turn': '50%', 'taxi-radius': 8,
        'source-endpoint': '0 50%', 'target-endpoint': '0 -50%',
      },
    },
    {
      selector: 'edge.hangs',
      style: {
        'curve-style': 'round-segments', 'segment-radii': 8, 'edge-distances': 'endpoints',
        'segment-weights': 'data(weight)', 'segment-distances': 'data(distance)',
        'source-endpoint': '0 50%', 'target-endpoint': '-50% 0',
      },
    },
    {
      selector: 'edge.relation',
      style: {
        'curve-style': 'unbundled-bezier', 'control-point-distances': 'data(bend)', 'control-point-weights': 0.5,
        width: 'data(width)', 'line-style': 'data(dash)', 'line-color': 'data(colour)', 'target-arrow-color': 'data(colour)',
        'target-arrow-shape': 'data(arrow)', 'arrow-scale': 1.1, opacity: 0.9, 'line-cap': 'round',
        'z-index-compare': 'manual', 'z-index': 5,
      },
    },
    { selector: 'node', style: { 'z-index-compare': 'manual', 'z-index': 10 } },
    { selector: 'edge.report', style: { 'z-index-compare': 'manual', 'z-index': 1 } },
    { selector: 'edge.new', style: { 'underlay-color': ink.good, 'underlay-opacity': 0.22, 'underlay-padding': 4 } },
    { selector: 'edge.gone', style: { opacity: 0.4, 'underlay-color': ink.bad, 'underlay-opacity': 0.14, 'underlay-padding': 4 } },
    { selector: 'edge.drawing', style: { 'curve-style': 'straight', width: 2, 'line-color': ink.accent, 'line-style': 'dashed', 'target-arrow-shape': 'triangle', 'target-arrow-color': ink.accent } },
  ];
}

/** What Cytoscape takes: cards, the tree, and relations. */
export function elements(picture, image, ink, shown) {
  const people = picture.people.filter((card) => shown.wanted || card.found);
  const there = new Map(people.map((card) => [card.id, card]));
  const nodes = people.map((card) => ({
    group: 'nodes', classes: 'person', data: { id: `p${card.id}`, number: card.id, image: image(card) }, position: { x: card.x, y: card.y },
  }));
  const reports = people.filter((card) => there.has(card.superior)).map((card) => report(card, there.get(card.superior), picture.size));
  const relations = picture.links.filter((link) => there.has(link.of) && there.has(link.to) && shown[link.kind]).map((link) => relation(link, there, ink));
  return [...nodes, ...reports, ...relations];
}

function report(card, above, size) {
  const data = { id: `r${card.id}`, source: `p${above.id}`, target: `p${card.id}` };
  const hangs = card.hangs && !card.dragged && card.y > above.y;
  return { group: 'edges', classes: `report${hangs ? ' hangs' : ''}`, data: hangs ? { ...data, ...corner(card, above, size) } : data };
}

/** Down to a bus under the superior, along it, down beside the column, and in from the side. */
function corner(card, above, [width, height]) {
  const from = { x: above.x, y: above.y + height / 2 };
  const to = { x: card.x - width / 2, y: card.y };
  const turns = [
    { x: from.x, y: from.y + 32 },
    { x: to.x - 12, y: from.y + 32 },
    { x: to.x - 12, y: to.y },
  ];
  const along = { x: to.x - from.x, y: to.y - from.y };
  const long = Math.hypot(along.x, along.y) || 1;
  const weight = turns.map((at) => ((at.x - from.x) * along.x + (at.y - from.y) * along.y) / long ** 2);
  const distance = turns.map((at) => (-(at.x - from.x) * along.y + (at.y - from.y) * along.x) / long);
  return { weight, distance };
}

function relation(link, there, ink) {
  const kind = KINDS[link.kind];
  const [of, to] = [there.get(link.of), there.get(link.to)];
  const level = Math.abs(of.y - to.y) < 20;
  const far = Math.hypot(of.x - to.x, of.y - to.y);
  return {
    group: 'edges', classes: `relation ${link.mark}`,
    data: {
      id: `l${link.id}`, number: link.id, source: `p${link.of}`, target: `p${link.to}`, width: 1 + link.strength * 0.7, colour: ink[kind.colour],
      arrow: kind.arrow, dash: kind.line, bend: level ? (of.x < to.x ? -1 : 1) * Math.min(110, 70 + far / 20) : 30, word: link.word,
    },
  };
}
