// The address behind the #: a path, and what narrows it down. #/orders/7f3k?version=4
import { useEffect, useState } from './vendor/htm-preact.js';

function read() {
  const [path, search] = location.hash.replace(/^#/, '').split('?');
  const parts = path.split('/').filter(Boolean).map(decode);
  return { name: parts[0] ?? 'home', id: parts[1] ?? null, values: Object.fromEntries(new URLSearchParams(search)) };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function linkTo(name, id, values = {}) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return `#/${name}${id ? `/${encodeURIComponent(id)}` : ''}${given.length ? `?${new URLSearchParams(given)}` : ''}`;
}

// Without a new entry in the history: a slider is not walked back step by step.
export function replaceRoute(name, id, values) {
  history.replaceState(null, '', linkTo(name, id, values));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function useRoute() {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const changed = () => setRoute(read());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
}
