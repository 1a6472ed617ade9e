// Passkeys. A form with data-passkey asks the device before it is sent: "login" fetches its question from the
// address it posts to, "use" and "add" find it in the JSON that data-options names. Forms that only offer a
// passkey beside another way are hidden until the browser can do it here.

const possible = () => Boolean(window.PublicKeyCredential) && !/^[\d.]+$|^\[/.test(location.hostname);

function bytes(text) {
  const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

function letters(buffer) {
  const raw = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(raw).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}

const named = (list) => (list ?? []).map((item) => ({ ...item, id: bytes(item.id) }));

async function asked(options) {
  const question = options.request_options.publicKey;
  const publicKey = { ...question, challenge: bytes(question.challenge), allowCredentials: named(question.allowCredentials) };
  const { id, rawId, type, response, ...rest } = await answered(navigator.credentials.get({ publicKey }));
  return {
    id,
    rawId: letters(rawId),
    type,
    ...rest,
    response: {
      clientDataJSON: letters(response.clientDataJSON),
      authenticatorData: letters(response.authenticatorData),
      signature: letters(response.signature),
      userHandle: response.userHandle ? letters(response.userHandle) : null,
    },
  };
}

async function made(options, alone) {
  const question = options.creation_options.publicKey;
  const publicKey = {
    ...question,
    challenge: bytes(question.challenge),
    user: { ...question.user, id: bytes(question.user.id) },
    excludeCredentials: named(question.excludeCredentials),
    authenticatorSelection: {
      ...question.authenticatorSelection,
      residentKey: alone ? 'required' : 'discouraged',
      requireResidentKey: alone,
      ...(alone && { userVerification: 'required' }),
    },
  };
  const { id, rawId, type, response, ...rest } = await answered(navigator.credentials.create({ publicKey }));
  return {
    id,
    rawId: letters(rawId),
    type,
    ...rest,
    response: {
      clientDataJSON: letters(response.clientDataJSON),
      attestationObject: letters(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

/** The parts of a credential that are sent; its own fields are getters and would be lost in a copy. */
async function answered(promise) {
  const credential = await promise;
  return {
    id: credential.id,
    rawId: credential.rawId,
    type: credential.type,
    response: credential.response,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function question(form) {
  if (form.dataset.passkey !== 'login') return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.action, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

async function ask(form) {
  const error = form.querySelector('[data-passkey-error]');
  error.hidden = true;
  try {
    const options = await question(form);
    const answer = form.dataset.passkey === 'add' ? await made(options, Boolean(form.elements.passwordless?.checked)) : await asked(options);
    form.elements.credential.value = JSON.stringify(answer);
    form.submit();
  } catch {
    error.hidden = false;
  }
}

document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-passkey]')) return;
  event.preventDefault();
  if (possible()) ask(event.target);
});

for (const form of document.querySelectorAll('[data-passkey]')) {
  if (possible()) form.hidden = false;
  else {
    const said = form.querySelector('[data-passkey-impossible]');
    if (said) {
      said.hidden = false;
      form.querySelector('button').disabled = true;
    }
  }
}
