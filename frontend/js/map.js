// The map of who decides. The server says who stands where (JSON of data-src); Cytoscape shows it, and takes drags.

import cytoscape from 'cytoscape';
import { colours } from './charts/look.js';
import { cardImage, forgetCards } from './map/cards.js';
import { Keys } from './map/keys.js';
import { elements, style } from './map/look.js';
import { Steps, renewAround } from './map/steps.js';

// Cytoscape would put a style element into the page, which the Content-Security-Policy refuses; it leaves it when
// there is something with this name. What the style says stands in map.css.
const standIn = document.createElement('meta');
standIn.id = '__________cytoscape_stylesheet';
document.head.append(standIn);

const READABLE = 0.52; // below it nobody reads a card

class DecisionMap {
  constructor(figure) {
    this.figure = figure;
    figure.decisionMap = this;
    this.canvas = figure.querySelector('[data-map-canvas]');
    this.mayDraw = Boolean(figure.dataset.step);
    this.mode = 'move';
    this.shown = Object.fromEntries([...figure.querySelectorAll('[data-map-show]')].map((box) => [box.dataset.mapShow, box.checked]));
    this.query = figure.dataset.query;
    this.steps = new Steps(figure, (page) => this.renew(page));
    this.keys = new Keys(this);
    this.controls();
  }

  // --- the picture ---------------------------------------------------------------------------------------

  async load() {
    const answer = await fetch(`${this.figure.dataset.src}${this.query ? `?${this.query}` : ''}`, { headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(String(answer.status));
    this.picture = await answer.json();
    this.cards = new Map(this.picture.people.map((card) => [card.id, card]));
  }

  async start() {
    this.figure.hidden = false;
    try {
      await Promise.all([this.load(), document.fonts.load('600 13px Inter'), document.fonts.load('400 11px Inter')]);
    } catch {
      this.canvas.textContent = this.figure.dataset.failed;
      return;
    }
    this.cy = cytoscape({
      container: this.canvas, layout: { name: 'preset' }, minZoom: 0.15, maxZoom: 2, boxSelectionEnabled: false,
      autounselectify: true, userZoomingEnabled: matchMedia('(pointer: coarse)').matches,
    });
    this.draw();
    this.fit();
    this.listen();
    this.figure.dataset.ready = 'true';
  }

  draw() {
    const ink = colours(this.canvas);
    const image = (card) => cardImage(card, this.picture.size, ink, this.shown);
    if (this.ink !== ink.sheet) this.cy.style(style(ink, this.picture.size));
    this.ink = ink.sheet;
    this.follow(elements(this.picture, image, ink, this.shown));
    this.cy.autoungrabify(!this.mayDraw || this.mode !== 'move');
    this.keys.fill(this.picture.people.filter((card) => this.shown.wanted || card.found));
  }

  /** What is there stays and changes; so nothing blinks. */
  follow(wanted) {
    const kept = new Set(wanted.map((each) => each.data.id));
    this.cy.elements().filter((each) => !kept.has(each.id())).remove();
    for (const each of wanted) {
      const there = this.cy.getElementById(each.data.id);
      const moved = each.group === 'edges' && there.length && (there.data('source') !== each.data.source || there.data('target') !== each.data.target);
      if (moved) there.remove();
      if (!there.length || moved) this.cy.add(each);
      else {
        there.data(each.data);
        there.classes(each.group === 'nodes' && there.hasClass('on') ? `${each.classes} on` : each.classes);
        if (each.position) there.position(each.position);
      }
    }
  }

  fit() {
    const box = this.cy.elements().boundingBox();
    const wide = this.canvas.clientWidth;
    const zoom = Math.max(READABLE, Math.min(1, (wide - 48) / box.w));
    const high = Math.min(Math.max(280, box.h * zoom + 48), Math.max(360, window.innerHeight * 0.72));
    this.canvas.style.height = `${Math.round(high)}px`;
    this.cy.resize();
    this.cy.fit(undefined, 24);
    if (this.cy.zoom() > 1) { this.cy.zoom(1); this.cy.center(); }
    if (this.cy.zoom() < READABLE) {
      // Too much for one look: as large as can be read, from its top, and the rest a drag away.
      const top = this.cy.nodes('.person').min((node) => node.position('y') * 100 + Math.abs(node.position('x') - (box.x1 + box.x2) / 2)).ele;
      this.cy.zoom(READABLE);
      const left = this.cy.width() / 2 - top.position('x') * READABLE;
      const rest = this.cy.width() - box.w * READABLE - 48;
      this.cy.pan({ x: rest > 0 ? this.cy.width() / 2 - ((box.x1 + box.x2) / 2) * READABLE : left, y: 24 - box.y1 * READABLE });
    }
  }

  async renew(page) {
    const around = page ? Promise.resolve(page) : this.page();
    await this.load();
    this.draw();
    const fresh = await around;
    if (fresh) renewAround(fresh);
  }

  async page() {
    const answer = await fetch(window.location.href);
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
  }

  // --- what the keyboard asks for --------------------------------------------------------------------------

  card(number) { return this.cards.get(number); }

  node(number) { return this.cy.getElementById(`p${number}`); }

  place(number) { return { ...this.node(number).position() }; }

  put(number, { x, y }) { this.node(number).position({ x, y }); }

  nudge(number, [across, down]) {
    const at = this.place(number);
    this.put(number, { x: at.x + across, y: at.y + down });
  }

  keepPlace(number) {
    const at = this.place(number);
    return this.steps.send({ act: 'place', id: number, x: at.x.toFixed(1), y: at.y.toFixed(1) });
  }

  join(of, to) {
    const kind = this.figure.querySelector('[data-map-kind]').value;
    return this.steps.send(kind === 'line' ? { act: 'line', id: of, superior: to } : { act: 'relate', of, to, kind });
  }

  open(number) {
    const link = document.createElement('a');
    link.href = this.card(number).url;
    link.dataset.drawer = '';
    document.body.append(link);
    link.click();
    link.remove();
  }

  light(number, from = null) {
    this.cy.nodes().removeClass('on target');
    if (from) this.node(from).addClass('on');
    if (!number) return;
    const node = this.node(number).addClass(from && from !== number ? 'target' : 'on');
    this.show(node);
  }

  show(node) {
    const box = node.renderedBoundingBox();
    const across = box.x1 < 0 ? -box.x1 + 16 : Math.min(0, this.cy.width() - box.x2 - 16);
    const down = box.y1 < 0 ? -box.y1 + 16 : Math.min(0, this.cy.height() - box.y2 - 16);
    if (across || down) this.cy.panBy({ x: across, y: down });
  }

  /** The nearest person in a direction: what lies straight ahead is nearer than what lies aside. */
  neighbour(number, [across, down]) {
    const here = this.place(number);
    let best = number;
    let least = Infinity;
    for (const node of this.cy.nodes('.person')) {
      const at = node.position();
      const ahead = (at.x - here.x) * across + (at.y - here.y) * down;
      const aside = Math.abs((at.x - here.x) * down) + Math.abs((at.y - here.y) * across);
      if (ahead > 1 && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = node.data('number'); }
    }
    return best;
  }

  // --- the mouse ---------------------------------------------------------------------------------------------

  listen() {
    this.cy.on('tap', 'node.person', (event) => this.open(event.target.data('number')));
    this.cy.on('dragfree', 'node.person', (event) => this.keepPlace(event.target.data('number')));
    this.cy.on('tapstart', 'node.person', (event) => this.begin(event));
    this.cy.on('tapdrag', (event) => this.reach(event));
    this.cy.on('tapend', (event) => this.finish(event));
    this.cy.on('mouseover', 'node.person', () => { this.canvas.style.cursor = this.mode === 'relate' ? 'crosshair' : 'pointer'; });
    this.cy.on('mouseout', 'node.person', () => { this.canvas.style.cursor = ''; });
    this.cy.on('mouseover', 'edge.relation', (event) => { this.canvas.title = event.target.data('word'); });
    this.cy.on('mouseout', 'edge.relation', () => { this.canvas.title = ''; });
    this.canvas.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    document.getElementById('drawer')?.addEventListener('close', () => this.renew());
    document.addEventListener('k:theme', () => { forgetCards(); this.draw(); });
    let width = this.canvas.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(this.canvas.clientWidth - width) < 2) return;
      width = this.canvas.clientWidth;
      this.fit();
    }).observe(this.canvas);
  }

  begin(event) {
    if (this.mode !== 'relate') return;
    this.of = event.target;
    this.cy.userPanningEnabled(false);
    this.hand = this.cy.add({ group: 'nodes', classes: 'hand', data: { id: 'hand' }, position: { ...event.position } });
    this.cy.add({ group: 'edges', classes: 'drawing', data: { id: 'drawing', source: this.of.id(), target: 'hand' } });
  }

  reach(event) {
    if (!this.hand) return;
    this.hand.position({ ...event.position });
    const under = this.under(event.position);
    this.cy.nodes('.target').removeClass('target');
    if (under) under.addClass('target');
  }

  finish(event) {
    if (!this.hand) return;
    this.hand.remove();
    this.hand = null;
    this.cy.userPanningEnabled(true);
    this.cy.nodes('.target').removeClass('target');
    const under = this.under(event.position);
    if (under) this.join(this.of.data('number'), under.data('number'));
  }

  under({ x, y }) {
    return this.cy.nodes('.person').toArray().find((node) => {
      const box = node.boundingBox();
      return node !== this.of && node.id() !== this.of.id() && x >= box.x1 && x <= box.x2 && y >= box.y1 && y <= box.y2;
    });
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = this.canvas.getBoundingClientRect();
    this.cy.zoom({ level: this.cy.zoom() * (event.deltaY < 0 ? 1.12 : 1 / 1.12), renderedPosition: { x: event.clientX - box.x, y: event.clientY - box.y } });
  }

  // --- the bar ---------------------------------------------------------------------------------------------

  controls() {
    const each = (name, act) => this.figure.querySelectorAll(`[data-map-${name}]`).forEach(act);
    each('mode', (button) => button.addEventListener('click', () => this.setMode(button.dataset.mapMode)));
    each('show', (box) => box.addEventListener('change', () => { this.shown[box.dataset.mapShow] = box.checked; this.draw(); }));
    each('zoom', (button) => button.addEventListener('click', () => this.zoom(button.dataset.mapZoom)));
    each('arrange', (button) => button.addEventListener('click', async () => { await this.steps.send({ act: 'arrange' }); this.fit(); }));
    each('png', (button) => button.addEventListener('click', () => this.png(button.dataset.mapPng)));
    const form = document.querySelector('.k-map-since');
    const [select, slider] = [form.querySelector('select'), form.querySelector('[data-map-slider]')];
    slider.value = select.selectedIndex;
    slider.addEventListener('input', () => { select.selectedIndex = Number(slider.value); });
    for (const part of [slider, select, form.elements.then]) part.addEventListener('change', () => { slider.value = select.selectedIndex; this.compare(form); });
    form.addEventListener('submit', (event) => { event.preventDefault(); this.compare(form); });
    form.querySelector('[data-map-compare]').hidden = true;
  }

  async compare(form) {
    const asked = new URLSearchParams(new FormData(form));
    if (!asked.get('since')) { asked.delete('since'); asked.delete('then'); }
    this.query = asked.toString();
    history.replaceState(null, '', this.query ? `?${this.query}` : window.location.pathname);
    await this.renew();
  }

  setMode(mode) {
    this.mode = mode;
    this.cy?.autoungrabify(mode !== 'move');
    this.figure.querySelectorAll('[data-map-mode]').forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.mapMode === mode)));
  }

  zoom(how) {
    if (how === 'fit') { this.cy.fit(undefined, 24); return; }
    this.cy.zoom({ level: this.cy.zoom() * (how === 'in' ? 1.25 : 0.8), renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
  }

  /** The server writes down that the map was taken out, and says what has to stand on it. */
  async png(url) {
    const answer = await this.steps.post(url, {});
    if (!answer?.ok) return;
    const { title, day, mark, name } = await answer.json();
    const ink = colours(this.canvas);
    const blob = await this.cy.png({ output: 'blob-promise', full: true, scale: 2, bg: ink.sheet });
    const map = await createImageBitmap(blob);
    const paper = document.createElement('canvas');
    paper.width = Math.max(map.width + 96, 1200);
    paper.height = map.height + 200;
    const pen = paper.getContext('2d');
    pen.fillStyle = ink.sheet;
    pen.fillRect(0, 0, paper.width, paper.height);
    pen.drawImage(map, (paper.width - map.width) / 2, 120);
    for (const [text, font, colour, y] of [[title, '600 36px Inter', ink.ink, 60], [day, '400 22px Inter', ink['ink-2'], 96], [mark, '600 24px Inter', ink.bad, paper.height - 32]]) {
      pen.font = font;
      pen.fillStyle = colour;
      pen.fillText(text, 48, y);
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await new Promise((done) => { paper.toBlob(done, 'image/png'); }));
    link.download = `${name}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

for (const figure of document.querySelectorAll('figure[data-map]')) new DecisionMap(figure).start();
