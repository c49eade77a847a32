import type { Role } from '../../domain/role.ts';
import type { Place } from '../../store/scope.ts';
import type { Refusal } from '../desk.ts';
import { may, mayIn, type Visitor } from '../session/visitor.ts';
import type { Action } from './action.ts';

type Needed = Pick<Action<never>, 'role' | 'roleOfPeople'>;

/** Whether somebody may do this to a repository, or to something in it; null: to the whole instance. */
export function isAllowed(visitor: Visitor, action: Needed, place: Place | null): boolean {
  const needed = roleFor(visitor, action);
  return place === null ? may(visitor, needed) : mayIn(place, visitor, needed);
}

export function mayNot(visitor: Visitor, action: Needed, place: Place | null): Refusal {
  const needed = roleFor(visitor, action);
  if (visitor.role !== null) return { refused: `This needs the role ${needed}, and your token has the role ${visitor.role}.` };
  if (place === null)
    return {
      refused: `This is about the whole Signalbox, and needs a token with the role ${needed}. You have signed in at ${visitor.forge}.`,
    };
  return {
    refused: `This needs the role ${needed}, and in ${place.repository} you have the role ${visitor.roleIn(place)}. It comes from what you may do there on ${visitor.forge}.`,
  };
}

function roleFor({ forge }: Visitor, { role, roleOfPeople }: Needed): Role {
  return forge === null ? role : (roleOfPeople ?? role);
}
