/** Says what is wrong with the environment before `npm start` builds anything; exit code 1 where something is. */
import { LocalConfigError, readConfig } from '#local/config';

try {
  readConfig(process.env);
} catch (error) {
  if (!(error instanceof LocalConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
