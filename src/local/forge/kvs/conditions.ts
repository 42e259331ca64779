/** Conditions of queries and transactions (`@forge/kvs`: WhereConditions, FilterConditions). */
import { KvsRefusal } from '#local/forge/kvs/rules';

export interface Condition {
  readonly property?: string | undefined;
  readonly condition: string;
  readonly values: readonly unknown[];
}
export interface Conditions {
  readonly and?: readonly Condition[] | undefined;
  readonly or?: readonly Condition[] | undefined;
}

type Test = (value: unknown, a: unknown, b: unknown) => boolean;

const sameType = (a: unknown, b: unknown): boolean => typeof a === typeof b && (typeof a === 'number' || typeof a === 'string');
const compare =
  (test: (order: number) => boolean): Test =>
  (value, a) =>
    sameType(value, a) && test(value === a ? 0 : (value as string) < (a as string) ? -1 : 1);
const contains: Test = (value, a) => (typeof value === 'string' || Array.isArray(value)) && value.includes(a as never);

const TESTS: Readonly<Record<string, Test>> = {
  BEGINS_WITH: (value, a) => typeof value === 'string' && value.startsWith(String(a)),
  BETWEEN: (value, a, b) => compare((order) => order >= 0)(value, a, b) && compare((order) => order <= 0)(value, b, a),
  EQUAL_TO: (value, a) => value === a,
  NOT_EQUAL_TO: (value, a) => value !== a,
  GREATER_THAN: compare((order) => order > 0),
  GREATER_THAN_EQUAL_TO: compare((order) => order >= 0),
  LESS_THAN: compare((order) => order < 0),
  LESS_THAN_EQUAL_TO: compare((order) => order <= 0),
  CONTAINS: contains,
  NOT_CONTAINS: (value, a, b) => !contains(value, a, b),
  EXISTS: (value) => value !== undefined,
  NOT_EXISTS: (value) => value === undefined,
};

/** Whether a value meets one condition. */
export function meets(value: unknown, { condition, values }: Condition): boolean {
  const test = Object.hasOwn(TESTS, condition) ? TESTS[condition] : undefined;
  if (!test) throw new KvsRefusal(400, 'INVALID_CONDITION', `The condition ${condition} is not known`);
  return test(value, values[0], values[1]);
}

/** Whether an object meets all of `and`, or one of `or`. No conditions: it does. */
export function meetsAll(object: unknown, { and, or }: Conditions): boolean {
  const at = (property = ''): unknown => (object !== null && typeof object === 'object' ? Reflect.get(object, property) : undefined);
  if (and && !and.every((condition) => meets(at(condition.property), condition))) return false;
  return !or || or.some((condition) => meets(at(condition.property), condition));
}
