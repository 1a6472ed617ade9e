// The map by keyboard: a button for every person, invisible, in the order of the picture. Tab and arrows walk,
// Enter opens, M moves the card, R connects it, U undoes.

const STEP = 20;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Keys {
  constructor(map) {
    this.map = map;
    this.list = map.figure.querySelector('[data-map-people]');
    this.said = map.figure.querySelector('[data-map-said]');
    this.moving = null; // {number, x, y}: where it was
    this.from = null; // the number that is being connected
    this.list.addEventListener('focusin', (event) => this.focus(event.target));
    this.list.addEventListener('focusout', () => this.map.light(null));
    this.list.addEventListener('keydown', (event) => this.press(event));
    this.list.addEventListener('click', (event) => this.enter(Number(event.target.dataset.person)));
  }

  fill(people) {
    const focused = document.activeElement?.dataset?.person;
    const ordered = [...people].sort((one, other) => one.y - other.y || one.x - other.x);
    this.list.replaceChildren(...ordered.map((card) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.dataset.person = card.id;
      button.textContent = card.spoken;
      item.append(button);
      return item;
    }));
    if (focused) this.button(focused)?.focus({ preventScroll: true });
  }

  button(number) { return this.list.querySelector(`[data-person="${number}"]`); }

  focus(button) {
    this.map.light(Number(button.dataset.person), this.from);
  }

  tell(template, number) {
    const card = this.map.card(number);
    this.said.textContent = template.replace('%s', card?.name ?? '');
  }

  press(event) {
    const number = Number(event.target.dataset.person);
    if (event.ctrlKey || event.metaKey || event.altKey || !number) return;
    const done = this.handle(event.key, number, event.shiftKey);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  }

  handle(key, number, fine) {
    if (ARROWS[key]) {
      if (this.moving) this.map.nudge(number, ARROWS[key].map((way) => way * (fine ? 4 : STEP)));
      else this.button(this.map.neighbour(number, ARROWS[key]))?.focus();
      return true;
    }
    if (key === 'Escape' && (this.moving || this.from)) return this.stop();
    if (key === 'Enter' || key === ' ') return this.enter(number);
    if (!this.map.mayDraw) return false;
    if (key === 'm' || key === 'M') return this.lift(number);
    if (key === 'r' || key === 'R') return this.connect(number);
    if (key === 'u' || key === 'U') { this.map.steps.undo(); return true; }
    return false;
  }

  lift(number) {
    this.from = null;
    this.moving = { number, ...this.map.place(number) };
    this.tell(this.map.figure.dataset.moving, number);
    return true;
  }

  connect(number) {
    this.from = number;
    this.moving = null;
    this.tell(this.map.figure.dataset.relating, number);
    this.map.light(number, number);
    return true;
  }

  stop() {
    if (this.moving) this.map.put(this.moving.number, this.moving);
    this.moving = null;
    this.from = null;
    this.said.textContent = '';
    return true;
  }

  enter(number) {
    if (!number) return false;
    if (this.moving) {
      this.moving = null;
      this.map.keepPlace(number);
    } else if (this.from && this.from !== number) {
      this.map.join(this.from, number);
      this.from = null;
    } else {
      this.map.open(number);
    }
    this.said.textContent = '';
    return true;
  }
}
