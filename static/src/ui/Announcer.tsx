import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';

type Announce = (text: string) => void;
const AnnouncerContext = createContext<Announce>(() => undefined);

/** Says something to a screen reader that is only seen otherwise. */
export const useAnnounce = (): Announce => useContext(AnnouncerContext);

/** Two live regions in turn: a reader speaks the same sentence again only when it appears in another place. */
export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ text: '', turn: 0 });
  const turn = useRef(0);
  const announce = useCallback((text: string) => {
    turn.current = 1 - turn.current;
    setSaid({ text, turn: turn.current });
  }, []);
  return (
    <AnnouncerContext.Provider value={announce}>
      {children}
      <div className="pm-hidden" role="status" aria-live="polite">
        {said.turn === 0 ? said.text : ''}
      </div>
      <div className="pm-hidden" role="status" aria-live="polite">
        {said.turn === 1 ? said.text : ''}
      </div>
    </AnnouncerContext.Provider>
  );
}
