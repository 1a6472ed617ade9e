// The drop zone: says what was chosen and refuses what is too large before anything is sent.

const size = (bytes) => {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const figure = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: power > 1 ? 1 : 0 }).format(bytes / 1000 ** power);
  return `${figure}\u00a0${units[power]}`;
};

export function dropZone() {
  return {
    files: [],
    problem: '',
    over: '',
    get any() { return this.files.length > 0; },
    enter() { this.over = 'is-over'; },
    leave() { this.over = ''; },
    choose(event) {
      const input = event.target;
      const limit = Number(this.$root.dataset.limit || 0);
      const chosen = [...input.files];
      const total = chosen.reduce((sum, file) => sum + file.size, 0);
      this.problem = limit && total > limit ? this.$root.dataset.tooLarge : '';
      input.setCustomValidity(this.problem);
      this.files = chosen.map((file) => ({ name: file.name, size: size(file.size) }));
    },
  };
}
