/** A value between two ends, by mouse, touch and arrow keys. */
export function Slider(props: {
  label: string
  value: number
  min: number
  max: number
  step: number
  /** What a screen reader says of the value. */
  text: string
  onValueChange: (value: number) => void
  className?: string
}) {
  return (
    <input
      type="range"
      aria-label={props.label}
      aria-valuetext={props.text}
      min={props.min}
      max={props.max}
      step={props.step}
      value={props.value}
      onChange={(event) => props.onValueChange(event.target.valueAsNumber)}
      className={`slider ${props.className ?? ''}`}
    />
  )
}
