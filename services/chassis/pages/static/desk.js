'use strict';
// Speed and sound. Every action works without this file: it refetches what changed, counts down and rings.
(() => {
  const body = document.body;
  if (!body.dataset.now) return;
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const english = body.dataset.language === 'en';

  // --- time: the server's business time and its speed, and the ticks since; the PC's own clock is never asked
  // an answer that set out before the clock was set anew tells of the old one
  let anchor = Date.parse(body.dataset.now), speed = Number(body.dataset.speed), ticked = performance.now(), settings = 0;
  const businessNow = () => anchor + (performance.now() - ticked) * speed;
  const setTime = (now, pace) => {
    anchor = Date.parse(now); speed = pace; ticked = performance.now();
    document.dispatchEvent(new CustomEvent('business-time', { detail: { now, speed } }));
  };
  const pad = (n) => String(n).padStart(2, '0');
  const words = (ms) => {
    const s = Math.floor(Math.abs(ms) / 1000), m = Math.floor(s / 60), h = Math.floor(s / 3600), d = Math.floor(s / 86400);
    if (d >= 2) return english ? `${d} d` : `${d} 日`;
    if (h) return english ? `${h} h ${pad(m % 60)} min` : `${h} 时 ${pad(m % 60)} 分`;
    if (m) return english ? `${m} min` : `${m} 分`;
    return english ? `${s} s` : `${s} 秒`;
  };
  const fill = (text, value) => text.replace('{}', value);
  const beijing = (ms) => { const at = new Date(ms + 8 * 3600e3); return `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`; };
  const tick = () => {
    const now = businessNow();
    for (const one of $$('time[data-due]')) {
      const left = Date.parse(one.dataset.due) - now, said = fill(left >= 0 ? body.dataset.left : body.dataset.over, words(left));
      if (one.textContent !== said) one.textContent = said;
      one.classList.toggle('over', left < 0);
    }
    const clock = $('[data-clock]');
    if (clock) clock.textContent = beijing(now);
  };
  setInterval(tick, 1000);

  // --- sound: made here, no file; a browser allows it after one click
  const store = window.sessionStorage;
  let audio = null, loop = null;
  const tone = (at, frequency, length, volume) => {
    const voice = audio.createOscillator(), gain = audio.createGain();
    voice.frequency.value = frequency;
    gain.gain.setValueAtTime(volume, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + length);
    voice.connect(gain).connect(audio.destination);
    voice.start(at);
    voice.stop(at + length);
  };
  const ready = () => audio && audio.state === 'running' && Date.now() >= Number(store.getItem('muted') || 0);
  const ring = { loud: () => [880, 660, 880, 660].forEach((f, i) => tone(audio.currentTime + i * 0.25, f, 0.24, 0.5)), soft: () => tone(audio.currentTime, 740, 0.3, 0.25), quiet: () => tone(audio.currentTime, 520, 0.12, 0.06) };
  const sound = (kind) => { if (ready()) ring[kind](); };
  const unopened = () => $$('[data-loud]').some((row) => !store.getItem('opened-' + row.dataset.id));
  const alarm = () => {
    const wanted = unopened();
    if (wanted && !loop) { sound('loud'); loop = setInterval(() => (unopened() ? sound('loud') : alarm()), 3000); }
    if (!wanted && loop) { clearInterval(loop); loop = null; }
  };
  const opened = $('[data-opened]');
  if (opened) store.setItem('opened-' + opened.dataset.opened, '1');
  const duty = $('[data-duty]');
  const showDuty = () => {
    const on = audio && audio.state === 'running';
    $('[data-start]').hidden = $('[data-start-why]').hidden = on;
    for (const name of ['[data-on]', '[data-mute]', '[data-test]']) $(name).hidden = !on;
  };
  const startDuty = async () => {
    audio = audio || new AudioContext();
    await audio.resume();
    store.setItem('duty', 'on');
    showDuty();
    alarm();
  };
  duty.hidden = false;
  $('[data-start]').addEventListener('click', startDuty);
  $('[data-mute]').addEventListener('click', () => store.setItem('muted', String(Date.now() + 120000)));
  $('[data-test]').addEventListener('click', () => { store.removeItem('muted'); sound('loud'); });
  if (store.getItem('duty') === 'on') { audio = new AudioContext(); audio.onstatechange = () => { showDuty(); alarm(); }; audio.resume().then(showDuty, showDuty); }
  showDuty();

  // --- refetch: the page asks for itself again under its own rights and takes over the parts that changed
  const status = $('[data-status]'), alertLine = $('[data-alert]'), arrived = $('[data-arrived]');
  let fetching = false, again = false, waiting = null, touched = -1e9, dataAt = businessNow();
  addEventListener('pointermove', (e) => { if (e.target.closest && e.target.closest('[data-list]')) touched = performance.now(); }, { passive: true });
  addEventListener('focusin', (e) => { if (e.target.closest('[data-list]')) touched = performance.now(); });
  const still = () => performance.now() - touched > 10000;
  const ids = (root) => $$('[data-list] [data-id], [data-list][data-id]', root).map((one) => one.dataset.id);
  const typing = (part) => part.contains(document.activeElement) && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  const adopt = (fresh, all) => {
    for (const part of $$('[data-refresh]')) {
      const next = fresh.getElementById(part.id);
      if (!next || typing(part) || part.innerHTML === next.innerHTML) continue;
      if (part.matches('[data-list]') && !all && !still()) { waiting = fresh; continue; }
      const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
      part.replaceChildren(...[...next.childNodes].map((node) => document.importNode(node, true)));
      if (focused) { const back = $(`[href="${CSS.escape(focused)}"]`, part); if (back) back.focus({ preventScroll: true }); }
    }
    if (fresh.title) document.title = fresh.title;
    tick();
    alarm();
  };
  const refetch = async (known) => {
    if (fetching) { again = true; return; }
    fetching = true;
    const busy = setTimeout(() => $$('[data-refresh]').forEach((part) => part.setAttribute('aria-busy', 'true')), 400);
    const set = settings;
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
      if (answer.status === 401) { location.reload(); return; }
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (set === settings) setTime(fresh.body.dataset.now, Number(fresh.body.dataset.speed));
      dataAt = businessNow();
      const before = new Set(ids(document)), news = ids(fresh).filter((id) => !before.has(id));
      const loud = news.some((id) => fresh.querySelector(`[data-loud][data-id="${CSS.escape(id)}"]`));
      if (news.length) (loud ? alertLine : status).textContent = fill(status.dataset.text, news.length);
      adopt(fresh, loud);
      if (waiting && arrived && news.length) { arrived.textContent = fill(arrived.dataset.text, news.length); arrived.hidden = false; }
    } catch { /* the stream's own state tells that the server is away */ } finally {
      clearTimeout(busy);
      $$('[aria-busy]').forEach((part) => part.removeAttribute('aria-busy'));
      fetching = false;
      if (again) { again = false; refetch(known); }
    }
  };
  if (arrived) arrived.addEventListener('click', () => { arrived.hidden = true; if (waiting) adopt(waiting, true); waiting = null; });
  setInterval(() => { if (waiting && still()) { arrived.hidden = true; adopt(waiting, true); waiting = null; } }, 2000);

  // --- stream: one tab of the browser holds it and passes the ids on
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel('xietong') : null;
  let after = body.dataset.after, lastByte = performance.now(), broken = null, leads = false;
  const link = $('[data-link]'), bar = $('[data-offline-bar]');
  const state = (name) => { link.textContent = link.dataset[name]; link.className = 'link-state ' + name; };
  const heard = (news) => {
    lastByte = performance.now();
    broken = null;
    bar.hidden = true;
    state('live');
    const missed = news.kind === 'here' && news.after !== after;
    if (news.after) after = news.after;
    if (news.kind === 'time' || news.kind === 'here') { settings += 1; setTime(news.now, news.speed); tick(); if (missed) refetch(); return; }
    if (news.kind === 'alive') return;
    if (news.kind === 'guard') { gatesMoved(); return; }
    if (news.ring !== 'loud') sound(news.ring);
    refetch();
  };
  // gates change often and never ring here: pages that show them are fetched again, at most once in two seconds and at least once a minute
  const gates = $('[data-guard]');
  let gatesWait = null;
  const gatesMoved = () => { if (gates && !gatesWait) gatesWait = setTimeout(() => { gatesWait = null; refetch(); }, 2000); };
  if (gates) setInterval(() => refetch(), 60000);
  document.addEventListener('moved', () => refetch());
  const tell = (news) => { heard(news); if (channel) channel.postMessage(news); };
  const listen = () => new Promise((over) => {
    const source = new EventSource('/api/stream?after=' + encodeURIComponent(after));
    source.onopen = () => tell({ kind: 'alive' });
    source.onerror = () => { state('reconnecting'); broken = broken || performance.now(); if (source.readyState === 2) { source.close(); setTimeout(over, 5000); refetch(); } };
    for (const kind of ['notification', 'task', 'escalation', 'update', 'event', 'guard']) source.addEventListener(kind, (e) => tell({ kind, after: e.lastEventId, ...JSON.parse(e.data) }));
    source.addEventListener('time', (e) => tell({ kind: 'time', after: e.lastEventId, ...JSON.parse(e.data) }));
    addEventListener('pagehide', () => source.close(), { once: true });
  });
  const lead = async () => { leads = true; for (;;) await listen(); };
  // a tab that comes later asks the one that holds the stream how far it is: what was told while its page was on the way it has not heard
  const here = () => ({ kind: 'here', after, now: new Date(businessNow()).toISOString(), speed });
  if (channel) {
    channel.onmessage = (e) => { if (e.data.kind !== 'asked') heard(e.data); else if (leads) channel.postMessage(here()); };
    channel.postMessage({ kind: 'asked' });
  }
  if ('locks' in navigator) navigator.locks.request('xietong-stream', lead); else lead();
  setInterval(() => {
    if (!broken) return;
    const seconds = Math.round((performance.now() - broken) / 1000);
    bar.textContent = fill(bar.dataset.text, beijing(dataAt));
    bar.hidden = seconds < 3;
    if (seconds > 45) { state('offline'); if (seconds % 30 === 0) refetch(); }
  }, 1000);

  // --- small things
  const shown = $('[data-opened-row]');
  if (shown) setTimeout(() => shown.remove(), 30000);
  const problem = $('#alert');
  if (problem) problem.focus();
  const asking = $('[data-alike]');
  if (asking) asking.form.addEventListener('change', async () => {
    const body = new URLSearchParams(new FormData(asking.form));
    const answer = await fetch(asking.formAction, { method: 'POST', body }).catch(() => null);
    if (!answer || !answer.ok) return;
    const found = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('alike');
    if (found) $('#alike').replaceChildren(...found.childNodes);
  });
  addEventListener('keydown', (e) => { if (e.ctrlKey && e.key === 'Enter' && !e.isComposing) { const form = e.target.closest && e.target.closest('[data-filing]'); if (form) form.requestSubmit(); } });
  tick();
  alarm();
})();
