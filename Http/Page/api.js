// Calls of the API, and its live stream. What goes wrong is a Problem, whether the server said so or could not be reached.
import { useCallback, useEffect, useRef, useState } from './vendor/htm-preact.js';

// Something that components look at and are told of when it changes.
export function store(value) {
  const listeners = new Set();
  return {
    get: () => value,
    set: next => { value = next; listeners.forEach(listener => listener(value)); },
    on: listener => { listeners.add(listener); return () => listeners.delete(listener); },
  };
}

const storedKey = 'orders.key';

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? body.title ?? '');
    this.status = status;
    this.code = body.code ?? 'unknown';
    this.title = body.title ?? `The server answered ${status}`;
    this.detail = body.detail ?? '';
    this.errors = body.errors ?? [];
    this.traceId = body.traceId ?? null;
  }
}

export const isCredentialProblem = problem => problem?.status === 401;

export const apiKey = () => sessionStorage.getItem(storedKey) ?? '';

// Kept for this tab only, and gone when it is closed.
export const keepApiKey = key => key ? sessionStorage.setItem(storedKey, key) : sessionStorage.removeItem(storedKey);

export const credentials = () => apiKey() ? { Authorization: `Bearer ${apiKey()}` } : {};

export const get = (path, signal) => send('GET', path, undefined, {}, signal);

// A command: one key for one wish of a person, so that a repeated click or a retry does it once.
export const post = (path, body, { key = newKey(), version } = {}) => send('POST', path, body, {
  'Idempotency-Key': key, ...(version ? { 'If-Match': `"${version}"` } : {}),
});

// crypto.randomUUID is there only on localhost and over TLS.
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');

export const query = values => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length ? `?${new URLSearchParams(given)}` : '';
};

export async function problemOf(response) {
  const body = await response.json().catch(() => ({}));
  return new Problem(response.status, body);
}

async function send(method, path, body, headers, signal) {
  let response;
  try {
    response = await fetch(path, {
      method, signal, cache: 'no-store', credentials: 'omit',
      headers: { ...credentials(), ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    throw new Problem(0, { code: 'unreachable', title: 'The server cannot be reached', detail: 'Nothing is known of the request. It is tried again when the server answers.' });
  }
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? null : response.json();
}

// Who asks, and of what server: known once /v1/environment has answered.
export const session = store({ environment: null, problem: null });

export async function openSession() {
  try {
    session.set({ environment: await get('/v1/environment'), problem: null });
  } catch (problem) {
    session.set({ ...session.get(), problem });
  }
}

// A key was turned away in the middle of the work.
export const keyWanted = problem => session.set({ environment: null, problem });

export const may = scope => session.get().environment?.scopes.includes(scope) ?? false;

// Loading for components: the newest request wins, what was shown stays until there is something newer.
// load: signal => Promise. every: milliseconds between reloads, while the page is seen.
export function useLoad(load, dependencies, { every = 0 } = {}) {
  const [shown, setShown] = useState({ data: undefined, problem: null, loading: true });
  const running = useRef(null);
  const reload = useCallback(async () => {
    running.current?.abort();
    const mine = running.current = new AbortController();
    setShown(before => ({ ...before, loading: true }));
    try {
      const data = await load(mine.signal);
      if (running.current === mine) setShown({ data, problem: null, loading: false });
    } catch (problem) {
      if (running.current !== mine || problem.name === 'AbortError') return;
      if (isCredentialProblem(problem)) keyWanted(problem);
      setShown(before => ({ data: before.data, problem, loading: false }));
    }
  }, dependencies);
  useEffect(() => {
    setShown({ data: undefined, problem: null, loading: true });
    reload();
    const timer = every && setInterval(() => { if (!document.hidden) reload(); }, every);
    return () => {
      clearInterval(timer);
      running.current?.abort();
      running.current = null;
    };
  }, [reload]);
  return { ...shown, reload };
}

// Pages of a list, one after another.
export function usePages(load, dependencies) {
  const [more, setMore] = useState({ items: [], next: undefined, problem: null, loading: false });
  const first = useLoad(signal => load(undefined, signal), dependencies);
  useEffect(() => setMore({ items: [], next: undefined, problem: null, loading: false }), [first.data]);
  const next = more.next === undefined ? first.data?.next : more.next;
  const busy = useRef(false);
  const loadMore = async () => {
    if (!next || busy.current) return;
    busy.current = true;
    setMore(before => ({ ...before, loading: true }));
    try {
      const page = await load(next);
      setMore(before => ({ items: [...before.items, ...page.items], next: page.next ?? null, problem: null, loading: false }));
    } catch (problem) {
      setMore(before => ({ ...before, problem, loading: false }));
    } finally {
      busy.current = false;
    }
  };
  return {
    items: first.data ? [...first.data.items, ...more.items] : undefined, next, loadMore,
    problem: first.problem ?? more.problem, loading: first.loading || more.loading, reload: first.reload,
  };
}

// The one live stream of the page. It comes back by itself after a break, with the id of what it has.
// EventSource cannot send a credential, so that the stream is read with fetch.
const shortest = 1000, longest = 30000;
// No sign for three of the server's beats: the connection is dead, even if nobody has said so.
const silence = 45000;

const listeners = new Set();
let lastId = null, attempts = 0, connection = null, timer = 0;

export const live = store({ status: 'connecting', problem: null, retryAt: 0 });

// listener({name, data}): name is empty for an event of the log, 'hello' or 'reset' for a jump.
export function onLive(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function startLive(after) {
  stopLive();
  lastId = after;
  attempts = 0;
  connect();
}

export function stopLive() {
  clearTimeout(timer);
  connection?.abort();
  connection = null;
}

export function retryNow() {
  clearTimeout(timer);
  connect();
}

async function connect() {
  connection?.abort();
  const mine = connection = new AbortController();
  live.set({ ...live.get(), status: attempts ? 'broken' : 'connecting' });
  let problem = null;
  try {
    const response = await fetch('/v1/live', {
      headers: { ...credentials(), ...(lastId === null ? {} : { 'Last-Event-ID': String(lastId) }) },
      signal: mine.signal, cache: 'no-store', credentials: 'omit',
    });
    if (!response.ok) throw await problemOf(response);
    await listen(response.body, mine);
  } catch (failure) {
    problem = failure;
  }
  if (connection !== mine) return;
  if (problem?.status === 401) return keyWanted(problem);
  if (problem?.status === 403) return live.set({ status: 'refused', problem, retryAt: 0 });
  const wait = Math.min(longest, shortest * 2 ** attempts++) * (0.75 + Math.random() / 2);
  live.set({ status: 'broken', problem, retryAt: Date.now() + wait });
  timer = setTimeout(connect, wait);
}

async function listen(body, mine) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '', watchdog = 0;
  try {
    while (true) {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => reader.cancel(), silence);
      const { done, value } = await reader.read();
      if (done || connection !== mine) return;
      if (live.get().status !== 'live') live.set({ status: 'live', problem: null, retryAt: 0 });
      attempts = 0;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop();
      blocks.map(parse).filter(Boolean).forEach(event => listeners.forEach(listener => listener(event)));
    }
  } finally {
    clearTimeout(watchdog);
  }
}

function parse(block) {
  let name = '', data = '';
  for (const line of block.split('\n')) {
    if (line.startsWith('id: ')) lastId = Number(line.slice(4));
    else if (line.startsWith('event: ')) name = line.slice(7);
    else if (line.startsWith('data: ')) data += line.slice(6);
  }
  return data ? { name, data: JSON.parse(data) } : null;
}
