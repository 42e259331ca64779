import { createContext, useContext } from 'react';
import { createWords, type Words } from './words';

const WordsContext = createContext<Words>(createWords('en-US'));
export const WordsProvider = WordsContext.Provider;
/** The words of the person who is looking. */
export const useWords = (): Words => useContext(WordsContext);
