// The charts and components of Apache ECharts that the page uses, and no others.
import * as core from 'echarts/core';
import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import { AriaComponent, BrushComponent, GridComponent, MarkLineComponent, MarkPointComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';

core.use([BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart, AriaComponent, BrushComponent, GridComponent, MarkLineComponent,
  MarkPointComponent, TooltipComponent, VisualMapComponent, LabelLayout, CanvasRenderer]);

globalThis.echarts = core;
