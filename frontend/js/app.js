// Every page. Without it every link and form still works; with it parts load in place and keys are heard.

import Alpine from '@alpinejs/csp';
import './requests.js';
import './appearance.js';
import './boards.js';
import './copying.js';
import './drawer.js';
import './inline.js';
import './keys.js';
import './lists.js';
import './maps.js';
import './menus.js';
import './palette.js';
import './passkeys.js';
import './picks.js';
import './pictures.js';
import './tables.js';
import './tabs.js';
import './toasts.js';
import './week.js';
import { dropZone } from './drop_zone.js';

Alpine.data('dropZone', dropZone);
Alpine.start();
