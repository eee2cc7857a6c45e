// The one live stream of the page. It comes back by itself after a break, with the id of what it has.
// EventSource cannot send a credential, so that the stream is read with fetch.
import { credentials, keyWanted, problemOf, store } from './api.js';

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
    await read(response.body, mine);
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

async function read(body, mine) {
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
