/** Takes a picture by button, drop or paste, has it cut out, and saves it. */
import i18next from 'i18next'
import { ImageUp } from 'lucide-react'
import { useEffect, useRef, useState, type ChangeEvent, type DragEvent } from 'react'
import type { Area } from 'react-easy-crop'
import { useTranslation } from 'react-i18next'

import { Button } from '../../ui/Button.tsx'
import { cn } from '../../ui/cn.ts'
import { DialogActions } from '../../ui/DialogActions.tsx'
import { FieldError } from '../../ui/Field.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { describePictureError } from './describe-picture-error.ts'
import { cutOut, fileProblem, pickFile } from './picture-file.ts'
import { PictureCropper } from './PictureCropper.tsx'
import type { PictureUse } from './PictureDialog.tsx'

export function PictureEditor(props: PictureUse & { onDone: () => void }) {
  const { t } = useTranslation(['profile', 'ui'])
  const input = useRef<HTMLInputElement>(null)
  const choose = useRef<HTMLButtonElement>(null)
  const area = useRef<Area | null>(null)
  const [source, setSource] = useState<string | null>(null)
  /** Said when shown: the language may change. */
  const [problem, setProblem] = useState<{ text: () => string } | null>(null)
  const [busy, setBusy] = useState<'save' | 'remove' | null>(null)

  const take = (file: File | undefined) => {
    if (!file || busy) return
    const found = fileProblem(file)
    setProblem(found && { text: () => i18next.t(`profile:picture.${found}`) })
    if (!found) setSource(URL.createObjectURL(file))
  }
  useEffect(() => () => (source === null ? undefined : URL.revokeObjectURL(source)), [source])
  useEffect(() => choose.current?.focus(), [])
  usePaste(take)

  const act = async (what: 'save' | 'remove', deed: () => Promise<void>) => {
    setBusy(what)
    setProblem(null)
    try {
      await deed()
      props.onDone()
    } catch (error) {
      setProblem({ text: () => describePictureError(error) })
      setBusy(null)
    }
  }
  const save = () =>
    act('save', async () => {
      if (source === null || area.current === null) return
      await props.onSave(await cutOut(source, area.current))
    })
  const onFile = (event: ChangeEvent<HTMLInputElement>) => {
    take(event.target.files?.[0])
    // The same file may be chosen again.
    event.target.value = ''
  }
  const { onRemove } = props
  return (
    <>
      <DropTarget onDrop={take}>
        {source === null ? (
          <div className="flex flex-col items-center gap-5 px-5 py-8 text-center">
            {props.face}
            <div>
              <Button
                ref={choose}
                variant="primary"
                disabled={busy !== null}
                onClick={() => input.current?.click()}
              >
                <Icon of={ImageUp} inline />
                {t('picture.choose')}
              </Button>
              <p className="mt-3 text-md text-ink-2 pointer-coarse:hidden">{t('picture.hint')}</p>
            </div>
          </div>
        ) : (
          <PictureCropper
            key={source}
            source={source}
            shape={props.shape}
            onArea={(cut) => (area.current = cut)}
            onBroken={() => {
              setSource(null)
              setProblem({ text: () => i18next.t('profile:picture.type') })
            }}
          />
        )}
      </DropTarget>
      <input
        ref={input}
        type="file"
        accept="image/*"
        aria-label={t('picture.choose')}
        tabIndex={-1}
        onChange={onFile}
        className="sr-only"
      />
      {problem && (
        <div className="px-5 pb-3">
          <FieldError text={problem.text()} />
        </div>
      )}
      <DialogActions>
        {source !== null && (
          <Button variant="quiet" className="-ms-3.5" onClick={() => input.current?.click()}>
            {t('picture.other')}
          </Button>
        )}
        {source === null && onRemove && (
          <Button
            variant="quiet"
            className="-ms-3.5 text-danger"
            busy={busy === 'remove'}
            onClick={() => void act('remove', onRemove)}
          >
            {t('picture.remove')}
          </Button>
        )}
        <span className="flex-1" />
        <Button variant="quiet" onClick={props.onDone}>
          {t('ui:cancel')}
        </Button>
        {source !== null && (
          <Button variant="primary" busy={busy === 'save'} onClick={() => void save()}>
            {t('picture.save')}
          </Button>
        )}
      </DialogActions>
    </>
  )
}

/** Whatever is pasted while the dialog is open is meant for it. */
function usePaste(take: (file: File | undefined) => void): void {
  const latest = useRef(take)
  useEffect(() => {
    latest.current = take
  })
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const files = event.clipboardData?.files
      if (!files || files.length === 0) return
      event.preventDefault()
      latest.current(pickFile(files))
    }
    document.addEventListener('paste', onPaste)
    return () => document.removeEventListener('paste', onPaste)
  }, [])
}

function DropTarget(props: {
  onDrop: (file: File | undefined) => void
  children: React.ReactNode
}) {
  const [over, setOver] = useState(false)
  const allow = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    setOver(true)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the button in it does the same by keyboard
    <div
      onDragEnter={allow}
      onDragOver={allow}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        props.onDrop(pickFile(event.dataTransfer.files))
      }}
      className={cn(
        'mx-5 my-3 rounded-lg border',
        over ? 'border-focus bg-hover-up' : 'border-dashed border-line-strong',
      )}
    >
      {props.children}
    </div>
  )
}
