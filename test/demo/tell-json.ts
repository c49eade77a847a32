import { eventView } from '../../src/http/views/event.ts';
import type { Teller } from './tell.ts';

/**
 * To a program, one JSON object a line: `{"fact"}`, `{"warning"}` and `{"person"}` with words, `{"event"}` as the API tells it, and as
 * the last one `{"result"}`.
 */
export function createJsonTeller(stream: NodeJS.WritableStream): Teller {
  const line = (said: object) => void stream.write(`${JSON.stringify(said)}\n`);
  return {
    fact: (fact) => line({ fact }),
    warning: (warning) => line({ warning }),
    person: (person) => line({ person }),
    event: (event) => line({ event: eventView(event) }),
    result: (result) => line({ result }),
  };
}
