/** How numbers and times are written on the pages. Pure. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its one or two largest units: `42 s`, `3 min`, `1 h 20 min`, `2 d 4 h`. */
export function span(ms: number): string {
  const length = Math.max(0, ms);
  if (length < 9_950) return `${(length / 1000).toFixed(1)} s`;
  if (length < 100_000) return `${Math.round(length / 1000)} s`;
  if (length < HOUR) return `${Math.round(length / MINUTE)} min`;
  if (length < DAY) return twoUnits(Math.round(length / MINUTE), 60, 'h', 'min');
  return twoUnits(Math.round(length / HOUR), 24, 'd', 'h');
}

/** How long ago something was, as people say it: in its largest unit. */
export function ago(at: Date, now: Date): string {
  const length = now.getTime() - at.getTime();
  if (length < 10_000) return 'just now';
  const unit = [DAY, HOUR].find((one) => length >= one);
  return `${span(unit ? Math.floor(length / unit) * unit : length)} ago`;
}

export function money(usd: number): string {
  if (usd > 0 && usd < 0.01) return '<$0.01';
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** `950`, `12.3k`, `3M`. */
export function short(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 999_500) return `${trimmed(count / 1000)}k`;
  return `${trimmed(count / 1_000_000)}M`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** In UTC, which the page says: `2026-01-31 12:00:05`. */
export function stamp(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

function twoUnits(count: number, per: number, large: string, small: string): string {
  const rest = count % per;
  return `${Math.floor(count / per)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}

function trimmed(value: number): string {
  return value < 100 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0);
}
