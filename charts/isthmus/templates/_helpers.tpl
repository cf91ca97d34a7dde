{{- define "isthmus.trust-domain" -}}
{{ .Values.trustDomain | default (printf "%s.internal" .Values.cluster) }}
{{- end }}

{{- define "isthmus.labels" -}}
app.kubernetes.io/part-of: isthmus
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Labels by which a component's Pods are found: (dict "root" $ "name" "isthmus-control") */}}
{{- define "isthmus.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{/* (dict "root" $ "whole" .Values.control.image "name" "isthmus-control") */}}
{{- define "isthmus.image" -}}
{{- .whole | default (printf "%s/%s:%s" (trimSuffix "/" .root.Values.image.repository) .name (.root.Values.image.tag | default .root.Chart.AppVersion)) -}}
{{- end }}

{{/* Objects of a file that others read as it is, with our labels: (dict "root" $ "file" "files/webhook.yaml" "annotations" dict) */}}
{{- define "isthmus.objects" -}}
{{- $labels := include "isthmus.labels" .root | fromYaml }}
{{- $annotations := .annotations }}
{{- range regexSplit "(?m)^---\\s*$" (.root.Files.Get .file) -1 }}
{{- $object := fromYaml . }}
{{- if $object.kind }}
{{- $metadata := merge (dict "labels" $labels) $object.metadata }}
{{- if $annotations }}{{ $metadata = merge (dict "annotations" $annotations) $metadata }}{{ end }}
---
{{ toYaml (merge (dict "metadata" $metadata) $object) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Of a component's objects: (dict "root" $ "name" "isthmus-control") */}}
{{- define "isthmus.metadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "isthmus.selector" . | nindent 2 }}
  {{- include "isthmus.labels" .root | nindent 2 }}
{{- end }}

{{/* What all Pods of ours have: (dict "root" $ "name" "isthmus-control" "values" .Values.control) */}}
{{- define "isthmus.pod" -}}
serviceAccountName: {{ .name }}
securityContext:
  runAsNonRoot: true
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . }}
{{- end }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
{{- $selector := include "isthmus.selector" . }}
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: {{ .values.topologySpread }}
  labelSelector:
    matchLabels: {{ $selector | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
- maxSkew: 1
  topologyKey: topology.kubernetes.io/zone
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels: {{ $selector | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
{{- end }}

{{- define "isthmus.container-security" -}}
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
{{- end }}

{{- define "isthmus.health-probes" -}}
readinessProbe:
  httpGet: {path: /ready, port: metrics}
  periodSeconds: 2
  timeoutSeconds: 2
livenessProbe:
  httpGet: {path: /live, port: metrics}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}

{{- define "isthmus.budget" -}}
{{- if .root.Values.podDisruptionBudget.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{ include "isthmus.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{ include "isthmus.selector" . | nindent 6 }}
{{- end }}
{{- end }}

{{- define "isthmus.monitor" -}}
{{- if .root.Values.podMonitor.enabled }}
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  {{- include "isthmus.metadata" . | nindent 2 }}
    {{- with .root.Values.podMonitor.labels }}{{ toYaml . | nindent 4 }}{{ end }}
spec:
  selector:
    matchLabels: {{ include "isthmus.selector" . | nindent 6 }}
  podMetricsEndpoints:
  - port: metrics
    path: /metrics
    interval: {{ .root.Values.podMonitor.interval }}
{{- end }}
{{- end }}
