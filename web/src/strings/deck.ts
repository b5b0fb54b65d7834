/* A text in English and Dutch, or a list of texts in both. {x} is filled in; numbers and times come from Intl. */
export type Strings = Record<string, [string, string] | [string[], string[]]>
