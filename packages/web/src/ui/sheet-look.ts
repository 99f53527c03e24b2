/** On a phone, what elsewhere floats at its anchor stands at the lower edge, over the whole width. */
export const sheetPlace =
  'max-wide:fixed! max-wide:inset-x-0! max-wide:top-auto! max-wide:bottom-0! max-wide:w-full! max-wide:max-w-none! max-wide:transform-none!'

export const sheetShape =
  'max-wide:w-full max-wide:max-w-none! max-wide:max-h-[75dvh] max-wide:rounded-b-none max-wide:rounded-t-dialog max-wide:border-x-0 max-wide:border-b-0 max-wide:pb-[max(8px,env(safe-area-inset-bottom))]'
