// A person as a card, drawn once on a canvas of its own: the map shows it, and so does its PNG.

import { thin } from '../charts/look.js';

const SHARP = 3;
const FONT = "Inter, system-ui, sans-serif";
const PAD = 12;
const RING = 30; // where the middle of the circle stands, from the left

const known = new Map();

/** A data address of the card's picture. `shown`: which parts are drawn. */
export function cardImage(card, [width, height], ink, shown) {
  const key = JSON.stringify([card, width, ink.sheet, shown]);
  if (!known.has(key)) known.set(key, draw(card, width, height, ink, shown));
  return known.get(key);
}

export const forgetCards = () => known.clear();

function draw(card, width, height, ink, shown) {
  const canvas = document.createElement('canvas');
  canvas.width = width * SHARP;
  canvas.height = height * SHARP;
  const pen = canvas.getContext('2d');
  pen.scale(SHARP, SHARP);
  if (card.mark === 'gone') pen.globalAlpha = 0.5;
  ground(pen, card, width, height, ink);
  circle(pen, card, height / 2, ink, shown);
  words(pen, card, width, ink);
  foot(pen, card, width, height, ink, shown);
  mark(pen, card, width, ink);
  return canvas.toDataURL('image/png');
}

function ground(pen, card, width, height, ink) {
  pen.beginPath();
  pen.roundRect(1, 1, width - 2, height - 2, 8);
  pen.fillStyle = card.found ? ink.raised : ink.sheet;
  pen.fill();
  pen.lineWidth = card.decides ? 1.75 : 1;
  pen.strokeStyle = card.decides ? ink.accent : ink['rule-strong'];
  pen.setLineDash(card.found ? [] : [5, 4]);
  pen.stroke();
  pen.setLineDash([]);
}

/** The circle grows with influence; its ring closes with how well somebody of ours knows the person. */
function circle(pen, card, middle, ink, shown) {
  const radius = 10 + (card.influence || 2) * 1.5;
  const y = middle - 4;
  pen.beginPath();
  pen.arc(RING, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = card.decides ? ink['accent-soft'] : thin(ink.ghost, 0.55);
  pen.fill();
  if (shown.cover && card.found) {
    pen.lineWidth = 2.5;
    pen.strokeStyle = ink.ghost;
    pen.stroke();
    if (card.cover_share) {
      pen.beginPath();
      pen.lineCap = 'round';
      pen.arc(RING, y, radius, -Math.PI / 2, -Math.PI / 2 + card.cover_share * 2 * Math.PI);
      pen.strokeStyle = ink.fill;
      pen.stroke();
    }
  }
  pen.fillStyle = card.decides ? ink.accent : ink['ink-2'];
  pen.font = `600 ${Math.round(radius * 0.72)}px ${FONT}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(card.found ? initials(card.name) : '?', RING, y + 0.5);
  pen.textAlign = 'left';
  pen.textBaseline = 'alphabetic';
}

const initials = (name) => {
  const parts = name.split(/\s+/).filter(Boolean);
  return ((parts[0]?.[0] ?? '') + (parts.length > 1 ? parts.at(-1)[0] : '')).toUpperCase();
};

function words(pen, card, width, ink) {
  const left = 60;
  const badges = (card.vip ? 16 : 0) + (card.leader ? 16 : 0);
  const room = width - left - PAD;
  text(pen, card.name, left, 22, room - badges - (card.mark ? 14 : 0), `600 13px ${FONT}`, ink.ink);
  let x = left + Math.min(pen.measureText(card.name).width, room - badges) + 6;
  if (card.vip) { star(pen, x + 5, 17.5, ink.accent); x += 16; }
  if (card.leader) diamond(pen, x + 5, 17.5, 4.5, ink['series-2']);
  text(pen, card.post, left, 38, room, `400 11px ${FONT}`, ink['ink-2']);
  text(pen, card.roles, left, card.post ? 53 : 38, room, `500 11px ${FONT}`, card.decides ? ink.accent : ink.ink);
}

function text(pen, words, x, y, room, font, colour) {
  pen.font = font;
  pen.fillStyle = colour;
  let told = words;
  while (told && pen.measureText(told).width > room) told = `${told.slice(0, told.endsWith('…') ? -2 : -1)}…`;
  pen.fillText(told, x, y);
}

const TONES = { 2: 'good', 1: 'good', 0: 'series-2', '-1': 'warn', '-2': 'bad' };

/** Support by shape, word and colour; at the right what is expected, else how far up the ladder. */
function foot(pen, card, width, height, ink, shown) {
  const y = height - 15;
  const left = 60;
  let room = width - left - PAD;
  if (shown.expected && card.expected_day) room -= expected(pen, card, width, y, ink);
  else if (card.found) room -= ladder(pen, card, width, y, ink);
  if (card.support_word) {
    shape(pen, card.support, left + 5, y - 4, ink[TONES[card.support]]);
    const colour = ink[TONES[card.support]] === ink['series-2'] ? ink['ink-2'] : ink[TONES[card.support]];
    pen.font = `500 11px ${FONT}`;
    const whole = `${card.support_word}${card.spread > 1 ? ' ±' : ''}`;
    const told = pen.measureText(whole).width > room - 15 ? card.support_word : whole; // the word before the mark
    text(pen, told, left + 15, y, room - 15, pen.font, colour);
  }
}

function expected(pen, card, width, y, ink) {
  const told = card.expected_day;
  pen.font = `500 11px ${FONT}`;
  const size = pen.measureText(told).width;
  text(pen, told, width - PAD - size, y, size + 1, pen.font, ink.warn);
  pen.beginPath();
  pen.moveTo(width - PAD - size - 12, y);
  pen.lineTo(width - PAD - size - 8, y - 8);
  pen.lineTo(width - PAD - size - 4, y);
  pen.closePath();
  pen.fillStyle = ink.warn;
  pen.fill();
  return size + 16;
}

function ladder(pen, card, width, y, ink) {
  for (let step = 0; step < 4; step += 1) {
    const high = 3 + step * 2;
    pen.fillStyle = step < card.stage ? ink.fill : ink.ghost;
    pen.fillRect(width - PAD - 22 + step * 6, y - high, 4, high);
  }
  return 30;
}

/** The shapes of the states in templates/ui: circle, ring, triangle, diamond. */
function shape(pen, support, x, y, colour) {
  pen.beginPath();
  pen.fillStyle = pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  if (support === 2) { pen.arc(x, y, 4.5, 0, 7); pen.fill(); return; }
  if (support === 1) { pen.arc(x, y, 4, 0, 7); pen.stroke(); pen.beginPath(); pen.arc(x, y, 1.8, 0, 7); pen.fill(); return; }
  if (support === 0) { pen.arc(x, y, 4, 0, 7); pen.stroke(); return; }
  if (support === -1) { pen.moveTo(x, y - 5); pen.lineTo(x + 5, y + 4); pen.lineTo(x - 5, y + 4); pen.closePath(); pen.fill(); return; }
  diamond(pen, x, y, 5.5, colour);
}

function diamond(pen, x, y, size, colour) {
  pen.beginPath();
  pen.moveTo(x, y - size);
  pen.lineTo(x + size, y);
  pen.lineTo(x, y + size);
  pen.lineTo(x - size, y);
  pen.closePath();
  pen.fillStyle = colour;
  pen.fill();
}

function star(pen, x, y, colour) {
  pen.beginPath();
  for (let point = 0; point < 10; point += 1) {
    const far = point % 2 ? 2.2 : 5;
    const angle = -Math.PI / 2 + (point * Math.PI) / 5;
    pen.lineTo(x + far * Math.cos(angle), y + far * Math.sin(angle));
  }
  pen.closePath();
  pen.fillStyle = colour;
  pen.fill();
}

/** New, changed or gone since the other day: a sign in the corner. */
function mark(pen, card, width, ink) {
  if (!card.mark) return;
  const colour = card.mark === 'new' ? ink.good : card.mark === 'gone' ? ink.bad : ink.warn;
  pen.beginPath();
  pen.arc(width - 14, 14, 6.5, 0, 7);
  pen.fillStyle = colour;
  pen.fill();
  pen.fillStyle = ink.sheet;
  pen.font = `600 11px ${FONT}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText({ new: '+', gone: '−', changed: 'Δ' }[card.mark], width - 14, 14);
  pen.textAlign = 'left';
  pen.textBaseline = 'alphabetic';
}
