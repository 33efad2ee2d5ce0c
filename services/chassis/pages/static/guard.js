'use strict';
// Check-ins made while there is no network rest on this phone, each with its own time and key, until they can be sent. The forms work without
// this file as long as there is a network.
(() => {
  const body = document.body, box = document.querySelector('[data-held]');
  if (!body.dataset.now || !box) return;
  const KEY = 'checkins-held-' + box.dataset.unit, PATIENCE = 8000, AGAIN = 30000, PAUSE = 3000;
  const part = (name) => box.querySelector(`[data-${name}]`);

  // --- time: the server's, and what has passed since by the phone, which may have slept; its date is never asked
  let anchor, speed, ticked, wall;
  const setTime = ({ now, speed: pace }) => { anchor = Date.parse(now); speed = Number(pace); ticked = performance.now(); wall = Date.now(); };
  setTime(body.dataset);
  const instant = () => new Date(anchor + Math.max(performance.now() - ticked, Date.now() - wall) * speed).toISOString();
  document.addEventListener('business-time', (e) => setTime(e.detail));
  const beijing = (at) => new Date(Date.parse(at) + 8 * 3600e3).toISOString().slice(11, 19);

  // --- what is held: read anew each time, for another tab may have sent it
  const held = () => JSON.parse(localStorage.getItem(KEY) || '[]');
  const write = (entries) => { localStorage.setItem(KEY, JSON.stringify(entries)); show(); };
  const line = (one) => {
    const item = document.createElement('li');
    item.textContent = [one.place, one.fields.person_ref, box.dataset[one.fields.act], beijing(one.at)].join(' · ');
    return item;
  };
  const show = () => {
    const all = held(), refused = all.filter((one) => one.refused), waiting = all.length - refused.length;
    part('waiting').textContent = waiting ? box.dataset.count.replace('{}', waiting) : '';
    part('refused').textContent = refused.length ? box.dataset.refused.replace('{}', refused.length) : '';
    part('drop').hidden = !refused.length;
    part('list').replaceChildren(...all.map(line));
    box.hidden = !all.length;
  };
  part('drop').addEventListener('click', () => write(held().filter((one) => !one.refused)));

  // --- sending: in order, by one tab; what the server refuses stays to be seen, what nobody answered waits
  const post = (action, fields, more) => fetch(action, { method: 'POST', cache: 'no-store', signal: AbortSignal.timeout(PATIENCE), body: new URLSearchParams({ ...fields, csrf: box.dataset.csrf }), ...more });
  const sendAll = async () => {
    for (const one of held().filter((one) => !one.refused)) {
      const answer = await post(one.action, { ...one.fields, checked_at: one.at, sent_at: instant() }, { redirect: 'manual' });
      if (answer.status >= 500 || answer.status === 401) return;
      const others = held().filter((other) => other.fields.request !== one.fields.request);
      if (answer.type === 'opaqueredirect') write(others);
      else if (answer.status === 404 || answer.status === 422) write([...others, { ...one, refused: true }]);
    }
    document.dispatchEvent(new Event('moved'));
  };
  const away = () => { /* nobody answered: it waits for the next time */ };
  const send = () => {
    if (!navigator.onLine || !held().some((one) => !one.refused)) return;
    if ('locks' in navigator) navigator.locks.request(KEY, { ifAvailable: true }, (lock) => (lock ? sendAll().catch(away) : null)); else sendAll().catch(away);
  };

  // --- a tap: tried at once, and kept when nobody answers; the same key both times, so that it is stated once
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(18))].map((n) => n.toString(16).padStart(2, '0')).join('');
  const keep = (form, fields, at) => {
    const place = document.querySelector('h1').textContent.replace(/\s+/g, ' ').trim();
    try {
      write([...held(), { action: new URL(form.action).pathname, fields, at, place }]);
    } catch {
      part('refused').textContent = box.dataset.full;
      box.hidden = false;
      return;
    }
    form.elements.request.value = fresh();
    if (!form.matches('.tap')) { form.reset(); return; }
    const next = fields.act === 'in' ? 'out' : 'in', button = form.querySelector('button');
    form.elements.act.value = next;
    button.disabled = true;
    setTimeout(() => { button.textContent = box.dataset[next]; button.disabled = false; }, PAUSE);
  };
  const showRefusal = (form, act) => {
    if (!form.elements.act.value) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'act', value: act }));
    form.submit();
  };
  document.addEventListener('submit', async (e) => {
    const form = e.target;
    if (!form.matches('[data-check]')) return;
    e.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = '1';
    const at = instant(), { csrf: _, ...fields } = Object.fromEntries(new FormData(form));
    if (e.submitter && e.submitter.name) fields[e.submitter.name] = e.submitter.value;
    const answer = navigator.onLine ? await post(new URL(form.action).pathname, fields, {}).catch(() => null) : null;
    delete form.dataset.busy;
    if (answer && answer.ok && answer.redirected) location.assign(answer.url);
    else if (answer && answer.status < 500) showRefusal(form, fields.act);
    else keep(form, fields, at);
  });

  addEventListener('online', send);
  addEventListener('storage', (e) => { if (e.key === KEY) show(); });
  setInterval(send, AGAIN);
  show();
  send();
})();
