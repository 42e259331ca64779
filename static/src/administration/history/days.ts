import type { Filter } from './useRecords';

/** The filter as the back end takes it: a day begins and ends where the person is, as the times in the list do. */
export function withInstants({ from, to, ...rest }: Filter): Filter {
  return {
    ...rest,
    ...(from === undefined ? {} : { from: instant(from, '00:00:00.000') }),
    ...(to === undefined ? {} : { to: instant(to, '23:59:59.999') }),
  };
}

/** What is no day (a year of five digits can be typed) is left for the back end to refuse. */
function instant(day: string, time: string): string {
  const at = new Date(`${day}T${time}`);
  return Number.isNaN(at.getTime()) ? day : at.toISOString();
}
