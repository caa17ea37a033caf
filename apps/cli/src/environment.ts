/** The variables of the process, as the commands read them. */
export type Environment = Readonly<Partial<Record<string, string>>>;
