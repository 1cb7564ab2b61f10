import { toDay, toMoment } from '@/lib/text';

export function Day({ at }: { at: string }) {
  return <time dateTime={at}>{toDay(new Date(at))}</time>;
}

export function Moment({ at }: { at: string }) {
  return <time dateTime={at}>{toMoment(new Date(at))}</time>;
}
