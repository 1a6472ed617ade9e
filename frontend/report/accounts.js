// The table of all accounts: search, filter, sort; a row opens. Only the rows that are looked at are made.

import { NOTHING, change, compact, count, date, drawing, full, make, percent, rate, records } from './figures.js';

const STEP = 200;
const FILTERS = {
  all: () => true,
  key: (account) => account.key,
  slipping: (account) => account.before > 0 && account.now < account.before && account.state !== 'lost',
  growing: (account) => account.before > 0 && account.now > account.before,
  new: (account) => account.state === 'new',
  lapsed: (account) => account.state === 'lapsed',
  lost: (account) => account.state === 'lost',
};
const STATES = { new: 'new', reactivated: 'back', lapsed: 'silent', lost: 'lost' };
const METHODS = {
  bg_nbd_gamma_gamma: 'purchase model (BG/NBD, Gamma-Gamma)',
  retention_rate: 'retention rate',
  none: 'past income only',
};
const WARNINGS = { high_turnover_low_income: 'much turnover, little income', margin_falling: 'margin falling' };

export function tabulate(data) {
  const accounts = records(data.accounts);
  accounts.forEach((account, place) => {
    account.place = place + 1;
    account.change = data.comparable ? rate(account.now, account.before) : null;
    account.found = `${account.label}\n${account.id}\n${account.group ?? ''}`.toLocaleLowerCase();
  });
  const largest = Math.max(0, ...accounts.slice(0, 1).map((account) => account.share ?? 0));
  const state = { accounts, shown: accounts, limit: STEP, key: 'place', down: false, query: '', filter: 'all', largest, data };
  listen(state);
  show(state);
}

function listen(state) {
  const table = document.getElementById('accounts');
  const search = document.getElementById('search');
  const filter = document.getElementById('filter');
  search.addEventListener('input', () => {
    state.query = search.value.trim().toLocaleLowerCase();
    choose(state);
  });
  filter.addEventListener('change', () => {
    state.filter = filter.value;
    choose(state);
  });
  document.getElementById('more').addEventListener('click', () => {
    state.limit += STEP;
    show(state);
  });
  for (const head of table.tHead.querySelectorAll('th[data-sort]')) {
    const button = make('button', { type: 'button' }, head.textContent);
    head.replaceChildren(button);
    button.addEventListener('click', () => sort(state, head));
  }
  table.tBodies[0].addEventListener('click', (event) => {
    const row = event.target.closest('tr.row');
    if (row && !String(getSelection())) toggle(state, row);
  });
  document.querySelector('.tools').classList.remove('hidden');
}

function sort(state, head) {
  const key = head.dataset.sort;
  const textual = ['label', 'class'].includes(key);
  state.down = state.key === key ? !state.down : key !== 'place' && !textual;
  state.key = key;
  for (const other of head.parentElement.cells) other.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', state.down ? 'descending' : 'ascending');
  choose(state);
}

function choose(state) {
  const wanted = FILTERS[state.filter];
  state.shown = state.accounts.filter((account) => wanted(account) && account.found.includes(state.query));
  const sign = state.down ? -1 : 1;
  const value = (account) => (state.key === 'class' ? (account.abc ?? 'Z') + (account.xyz ?? 'Z') : account[state.key]);
  const collator = new Intl.Collator(undefined, { numeric: true });
  state.shown.sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a == null || b == null) return (a == null) - (b == null) || one.place - other.place;
    return sign * (typeof a === 'string' ? collator.compare(a, b) : a - b) || one.place - other.place;
  });
  state.limit = STEP;
  show(state);
}

function show(state) {
  const rows = document.createDocumentFragment();
  for (const account of state.shown.slice(0, state.limit)) rows.append(line(state, account));
  if (!state.shown.length) rows.append(make('tr', {}, make('td', { colspan: 9, class: 't empty' }, 'Nothing is called that. Try fewer letters, or another list.')));
  document.getElementById('accounts').tBodies[0].replaceChildren(rows);
  const left = state.shown.length - state.limit;
  const more = document.getElementById('more');
  more.classList.toggle('hidden', left <= 0);
  more.textContent = `Show ${count(Math.min(STEP, Math.max(left, 0)))} more`;
  document.getElementById('found').textContent = `${count(state.shown.length)} of ${count(state.accounts.length)}`;
}

function line(state, account) {
  const cell = (label, text, kind) => make('td', { 'data-label': label, class: kind }, text ?? '');
  const told = account.id === account.label ? null : make('span', { class: 'id' }, make('bdi', {}, account.id));
  const name = make('button', { type: 'button', class: 'open', 'aria-expanded': 'false' }, make('bdi', {}, account.label));
  const moved = account.change;
  const row = make(
    'tr',
    { class: 'row' },
    make('td', { class: 'place dim' }, count(account.place)),
    make('th', { scope: 'row' }, name, told),
    cell('12 months', compact(account.now)),
    make('td', { 'data-label': 'Share' }, percent(account.share, 1), bar(state, account)),
    cell('Change', account.state === 'new' && state.data.comparable ? 'new' : change(moved), moved == null ? null : moved < 0 ? 'down' : null),
    cell('Class', (account.abc ?? '') + (account.xyz ?? '')),
    make('td', { class: 't' }, ...marks(account)),
    cell('Last bought', date(account.last)),
    cell('Lifetime value', compact(account.lifetime_value)),
  );
  row.account = account;
  return row;
}

function bar(state, account) {
  const width = state.largest > 0 && account.share > 0 ? Math.max(1, (88 * account.share) / state.largest) : 0;
  const kind = account.dependency ? 'grave' : account.key ? 'key' : '';
  return drawing('svg', { class: 'bar', viewBox: '0 0 88 8', 'aria-hidden': 'true' }, drawing('rect', { width, height: 8, rx: 1, class: kind }));
}

function marks(account) {
  const found = [];
  if (account.key) found.push(['key', 'key']);
  if (account.dependency) found.push([account.dependency === 'mono' ? 'mono client' : 'critical', 'grave']);
  if (STATES[account.state]) found.push([STATES[account.state], { lost: 'grave', lapsed: 'warn' }[account.state] ?? 'good']);
  for (const warning of account.warnings) found.push([WARNINGS[warning] ?? warning, 'warn']);
  return found.map(([word, kind]) => make('span', { class: `mark ${kind}` }, word));
}

function toggle(state, row) {
  const button = row.querySelector('.open');
  if (row.nextElementSibling?.classList.contains('detail')) {
    row.nextElementSibling.remove();
    button.setAttribute('aria-expanded', 'false');
    return;
  }
  row.after(make('tr', { class: 'detail' }, make('td', { colspan: 9, class: 'more-of' }, facts(row.account), years(row.account))));
  button.setAttribute('aria-expanded', 'true');
}

function facts(account) {
  const method = METHODS[account.lifetime_method] ?? account.lifetime_method;
  const told = [
    ['Group', account.group],
    ['Rank by turnover, all time', count(account.rank)],
    ['Turnover, 12 months', full(account.window_turnover)],
    ['Income, 12 months', account.window_income == null ? null : full(account.window_income)],
    ['Turnover, all time', full(account.turnover)],
    ['Income, all time', account.income == null ? null : full(account.income)],
    ['First bought', date(account.first)],
    ['Documents', count(account.documents)],
    ['Returned of gross sales', account.returns_rate == null ? null : percent(account.returns_rate)],
    ['Lifetime value', account.lifetime_value == null ? null : `${full(account.lifetime_value)}, by ${method}`],
    ['Chance that it still buys', account.p_alive == null ? null : percent(account.p_alive, 0)],
  ];
  const list = make('dl');
  for (const [term, text] of told) {
    if (text != null) list.append(make('div', {}, make('dt', {}, term), make('dd', {}, make('bdi', {}, text))));
  }
  return list;
}

function years(account) {
  const income = account.by_year.some(([, , amount]) => amount != null);
  const heads = ['Year', 'Turnover', ...(income ? ['Income'] : [])];
  const body = make('tbody');
  for (const [year, turnover, amount] of account.by_year) {
    body.append(make('tr', {}, make('th', { scope: 'row' }, String(year)), make('td', {}, full(turnover)), income ? make('td', {}, amount == null ? NOTHING : full(amount)) : null));
  }
  return make('table', {}, make('thead', {}, make('tr', {}, ...heads.map((head) => make('th', { scope: 'col', class: head === 'Year' ? 't' : null }, head)))), body);
}
