// Calls of the API. What goes wrong is a Problem, whether the server said so or could not be reached.
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
  const loadMore = async () => {
    if (!next || more.loading) return;
    setMore(before => ({ ...before, loading: true }));
    try {
      const page = await load(next);
      setMore(before => ({ items: [...before.items, ...page.items], next: page.next ?? null, problem: null, loading: false }));
    } catch (problem) {
      setMore(before => ({ ...before, problem, loading: false }));
    }
  };
  return {
    items: first.data ? [...first.data.items, ...more.items] : undefined, next, loadMore,
    problem: first.problem ?? more.problem, loading: first.loading || more.loading, reload: first.reload,
  };
}
