// The pictures and the table of the exported report. The figures lie in the page as JSON; nothing is fetched.
// Names in them come from strangers' files: they only ever become text nodes.

import { draw } from './pictures.js';
import { tabulate } from './accounts.js';

const data = JSON.parse(document.getElementById('figures').textContent);

for (const details of document.querySelectorAll('details[data-picture]')) details.open = false;
draw(data);
tabulate(data);
