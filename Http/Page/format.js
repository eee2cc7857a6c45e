// How things look as text.

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
const moment = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const whole = new Intl.NumberFormat();
const currencies = new Map();

export const time = text => text ? dateTime.format(new Date(text)) : '–';
export const clockTime = text => clock.format(new Date(text));

// Lists ask for the same times over and over while they scroll, and formatting is what takes longest.
const shortTimes = new Map();
export function shortTime(text) {
  if (shortTimes.size > 5000) shortTimes.clear();
  if (!shortTimes.has(text)) shortTimes.set(text, moment.format(new Date(text)));
  return shortTimes.get(text);
}

export const number = value => value === undefined || value === null ? '–' : whole.format(value);

// Amounts come in minor units, of which a currency has 0, 2 or 3 decimals.
export function money(minorUnits, currency) {
  if (!currencies.has(currency)) currencies.set(currency, formatOf(currency));
  const format = currencies.get(currency);
  return format.format(minorUnits / 10 ** format.resolvedOptions().maximumFractionDigits);
}

function formatOf(currency) {
  try {
    return new Intl.NumberFormat(undefined, { style: 'currency', currency, currencyDisplay: 'code' });
  } catch {
    return new Intl.NumberFormat();
  }
}

export function duration(seconds) {
  if (seconds < 1) return seconds <= 0 ? '0 s' : '< 1 s';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
}

export const ago = text => `${duration((Date.now() - new Date(text)) / 1000)} ago`;

// order-placed.v1 → order placed
export const eventName = type => type.replace(/\.v\d+$/, '').replaceAll('-', ' ');

export const json = value => JSON.stringify(value, null, 2);

export const words = name => name.replaceAll('_', ' ').replaceAll('-', ' ');
