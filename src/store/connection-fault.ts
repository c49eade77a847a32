import pg from 'pg';

/** SQLSTATE classes of a server that is going, coming, full, too slow or failing over: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const PASSING = /^(08|53|57P|57014|25P03|25006)/;

/**
 * Whether something failed because the connection to the database broke or could not be made, so that the same thing can
 * succeed later. What was under way may have happened or not.
 */
export function isConnectionFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof pg.DatabaseError) return PASSING.test(error.code ?? '');
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  // The socket of a server that does not run is a file that is not there.
  if (/^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_)/.test(code) || (code === 'ENOENT' && syscall === 'connect')) return true;
  // pg's own errors of a connection have no code.
  if (
    /^(Connection terminated|Client has encountered a connection error|timeout (exceeded|expired)|Query read timeout)/.test(error.message)
  )
    return true;
  return error.constructor.name === 'DrizzleQueryError' && isConnectionFault(error.cause);
}
