import { useSyncExternalStore } from 'react';

/** Both fit beside each other from here on; see send.css. */
const room = window.matchMedia('(min-width: 900px)');

const onChange = (told: () => void): (() => void) => {
  room.addEventListener('change', told);
  return () => room.removeEventListener('change', told);
};

/** Where there is no room for both, the preview stands in place of the form. */
export const useNarrow = (): boolean => useSyncExternalStore(onChange, () => !room.matches);
