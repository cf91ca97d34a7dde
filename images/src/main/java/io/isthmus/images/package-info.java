/**
 * Container images of the processes, made of what the build has packaged: a Java runtime that holds
 * the modules in use and no others, the jars, and an AOT cache that was trained on exactly these.
 * Every file has a fixed time, so that equal content gives equal layers. One thread; run by the
 * build, never by the mesh.
 */
@NullMarked
package io.isthmus.images;

import org.jspecify.annotations.NullMarked;
