import { ZoomIn, ZoomOut } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'
import Cropper, { type Area, type Point } from 'react-easy-crop'
import { useTranslation } from 'react-i18next'

import { formatPercent } from '../../i18n/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { Slider } from '../../ui/Slider.tsx'

import './cropper.css'

const most = 5
const step = 0.05

/** Shows a picture to be moved and zoomed under a frame: by mouse, wheel, two fingers and keys. */
export function PictureCropper(props: {
  source: string
  shape: 'round' | 'soft'
  /** What lies under the frame, in pixels of the picture. */
  onArea: (area: Area) => void
  /** The browser cannot show it. */
  onBroken: () => void
}) {
  const { t } = useTranslation('profile')
  const [crop, setCrop] = useState<Point>({ x: 0, y: 0 })
  const [zoom, setZoom] = useState(1)
  const zoomTo = (next: number) => setZoom(Math.min(most, Math.max(1, next)))
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === '+' || event.key === '=') zoomTo(zoom + step * 2)
    else if (event.key === '-') zoomTo(zoom - step * 2)
    else return
    event.preventDefault()
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the frame in it
    <div onKeyDown={onKeyDown}>
      <div className="relative m-1.5 h-72 overflow-hidden rounded-md bg-hover">
        <Cropper
          image={props.source}
          crop={crop}
          zoom={zoom}
          maxZoom={most}
          aspect={1}
          cropShape={props.shape === 'round' ? 'round' : 'rect'}
          objectFit="cover"
          showGrid={false}
          keyboardStep={8}
          disableAutomaticStylesInjection
          classes={{ cropAreaClassName: 'text-scrim!' }}
          style={props.shape === 'soft' ? { cropAreaStyle: { borderRadius: '30%' } } : {}}
          mediaProps={{ onError: props.onBroken }}
          cropperProps={{ role: 'group', 'aria-label': t('picture.frame') }}
          onCropChange={setCrop}
          onZoomChange={zoomTo}
          onCropAreaChange={(_, area) => props.onArea(area)}
        />
      </div>
      <div className="flex items-center gap-3 px-4 pb-1.5 text-ink-2">
        <Icon of={ZoomOut} inline />
        <Slider
          label={t('picture.zoom')}
          min={1}
          max={most}
          step={step}
          value={zoom}
          text={formatPercent(zoom)}
          onValueChange={zoomTo}
          className="min-w-0 flex-1"
        />
        <Icon of={ZoomIn} inline />
      </div>
      <p className="px-4 pb-3 text-sm text-ink-2">{t('picture.help')}</p>
    </div>
  )
}
