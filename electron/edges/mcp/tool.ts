import { z } from 'zod';
import { type ContractName, contractEntry, type InputOf } from '../../../shared/contract/contract';
import type { Caller } from '../../../shared/kernel/actor';
import type { Result } from '../../../shared/kernel/errors';
import type { JsonObject } from '../../../shared/kernel/fields';
import { decodeWire, toWireSchema } from '../../../shared/kernel/wire';
import type { Send } from '../../kernel/door';
import type { Walk } from '../../kernel/queries';

/** Who calls a tool. */
export type McpCaller = {
  readonly caller: Caller;
  /** It is left when the client cancels this call or has gone. */
  readonly walk: Walk;
};

/** A tool: a row of the contract as a model sees it. */
export type Tool = {
  readonly name: string;
  readonly title: string;
  /** For the model: what it does, when to use it, what comes next. */
  readonly description: string;
  /** Whether it changes nothing. */
  readonly isReadOnly?: true;
  /** The row of the contract whose input and answer it has. */
  readonly row: ContractName;
  /** The JSON that the model may send, in the wire's form. */
  readonly input: z.ZodObject;
  /** The JSON, as it was parsed, in the contract's form. */
  readonly decode: (given: JsonObject) => JsonObject;
  /** Sends what was decoded through the door. */
  readonly send: (send: Send, by: McpCaller, input: JsonObject) => Promise<Result<unknown>>;
  /** What the model is shown of the answer, in the wire's form; all of it, if absent. */
  readonly shown?: (answer: JsonObject) => JsonObject;
};

/** A field of a tool: the contract's with this description, or one of its own. */
type Fields = Readonly<Record<string, string | z.ZodType>>;

/** A tool as the table has it. */
export type ToolRow = Omit<Tool, 'input' | 'decode' | 'send'> & { readonly fields: Fields } & Partial<
    Pick<Tool, 'send'>
  >;

/** The tool of a row: it is sent as it is, unless it has its own way. */
export function toolOf({ fields, ...row }: ToolRow): Tool {
  const entry = contractEntry(row.row);
  const wire = toWireSchema(entry.input) as z.ZodObject;
  const shape = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      typeof field === 'string' ? (wire.shape[name] as z.ZodType).describe(field) : field,
    ]),
  );
  const sendRow: Tool['send'] = (send, { caller, walk }, input) =>
    send(caller, row.row, input as InputOf<ContractName>, walk);
  const isLoose = wire.def.catchall instanceof z.ZodUnknown;
  const own = Object.keys(fields).filter((name) => !Object.hasOwn(wire.shape, name));
  return {
    send: sendRow,
    ...row,
    input: isLoose ? z.looseObject(shape) : z.strictObject(shape),
    decode: (given) => ({ ...pick(given, own), ...(decodeWire(entry.input, given) as JsonObject) }),
  };
}

/** These fields of a value, as far as it has them. */
export function pick(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]])));
}
