/** What is written where it does not matter what: as long as most of what people write. */
export const WORDS = 'I will be there at half past seven, if the train is on time.'
