/** A type of the contract as its values are on the wire; of fields with a name of their own, `named`, it does not know. */
export type Wire<T> = T extends readonly (infer Item)[]
  ? readonly Wire<Item>[]
  : T extends object
    ? { readonly [Name in keyof T as Name extends string ? WireName<Name> : Name]: Wire<T[Name]> }
    : T;

type WireName<Name extends string> = Name extends `${infer Amount}Nanos` ? SnakeCase<`${Amount}Usd`> : SnakeCase<Name>;

type SnakeCase<Text extends string> = Text extends `${infer Letter}${infer Rest}`
  ? `${Letter extends Lowercase<Letter> ? Letter : `_${Lowercase<Letter>}`}${SnakeCase<Rest>}`
  : Text;
